// Package msgraph is the sandbox's Microsoft Graph v1.0: the part of the
// directory that a mail application touches, answering to graph.microsoft.com.
//
// It is as strict as Microsoft or stricter. An unknown route, property, query
// option or property in $select is refused; nothing sent is dropped silently,
// because every property of a body must read back as it was sent.
//
// Reads show what a replica shows (tenant.Set's Get and All). Conflicts and the
// answer to a write see the newest version. So with a replication lag, what
// was just created is 404 to the next request, or 400 where another object
// refers to it, in Microsoft's own words.
//
// Where Microsoft's documentation is silent, the choices are these:
//
//   - uniqueName stays taken while its application is among the deleted items,
//     and a conflict is 400 Request_BadRequest
//     (https://github.com/microsoftgraph/msgraph-bicep-types/issues/137). It is
//     set by the upsert or by a PATCH while it is null, never by POST.
//   - A secret refused by the app management policy is 400.
//   - Application.ReadWrite.All alone does not grant app roles; the documented
//     pair of scopes is asked for.
//   - A delegated grant for a service principal not replicated yet is 400
//     Request_BadRequest with the text of the 404.
//   - Restoring an application does not bring back its service principal, and
//     deleting a service principal is final.
//   - Who creates an application without an administrator's role owns it, and
//     may manage it and its service principal.
package msgraph
