// Package graph is the directory in wxmail's own words: the tenant, our
// application and its service principal, what was consented to, the policies
// that stand in the way, and the mailbox's user. It is the only package that
// imports msgraph-sdk-go, and none of its types leave it.
//
// Reads come in one $batch, so that looking at everything costs one request.
// What a Snapshot holds as nil, Microsoft answered to be absent by a typed
// not-found; a read that failed in any other way is an error. Writes are one
// request each. Only those that are idempotent by construction may be
// repeated below, and each one says so.
//
// All errors are *microsoft.Error of the service Graph, the context's own, or the
// credential's as they came; the SDK's error texts stay here.
package graph
