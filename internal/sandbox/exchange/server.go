// Package exchange is the sandbox's Exchange Online admin route: the REST
// protocol that the Exchange Online PowerShell module speaks, for the cmdlets
// of setting up SMTP AUTH, forwarding and outbound spam policies.
//
// It is as strict as Exchange or stricter: a cmdlet, parameter, value,
// property or header that is not known is refused.
package exchange

import (
	"bytes"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"wxmail/internal/sandbox/tenant"
)

// Resource is the audience of the tokens that this service takes.
const Resource = "https://outlook.office365.com"

type server struct {
	tenant  *tenant.Tenant
	verify  tenant.Verify
	cmdlets map[string]cmdlet
}

// New is the handler of host outlook.office365.com. It keeps nothing of its
// own: everything it knows is in t.
func New(t *tenant.Tenant, verify tenant.Verify) http.Handler {
	s := &server{tenant: t, verify: verify, cmdlets: map[string]cmdlet{}}
	for _, c := range cmdlets() {
		s.cmdlets[c.name] = c
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /adminapi/beta/{tenant}/InvokeCommand", s.withToken(s.invoke))
	mux.HandleFunc("GET /adminapi/v1.0/{tenant}/EXOModuleFile", s.withToken(s.moduleFile))
	return identified(mux)
}

// identified puts a request id on every answer, and gives the client's own
// back.
func identified(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("request-id", uuid.NewString())
		if id := r.Header.Get("client-request-id"); id != "" {
			w.Header().Set("client-request-id", id)
		}
		next.ServeHTTP(w, r)
	})
}

type handler func(http.ResponseWriter, *http.Request, tenant.Token)

// withToken lets in who has a token for this service and this tenant.
func (s *server) withToken(next handler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		raw, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		token, err := s.verify(raw)
		if !bearer || err != nil || !forAdmins(token) {
			w.Header().Set("WWW-Authenticate", `Bearer realm="", error="invalid_token"`)
			writeError(w, &cmdletError{
				status: http.StatusUnauthorized,
				code:   "Unauthorized",
				text:   "The access token isn't valid for this service.",
			})
			return
		}
		if !s.isTenant(r.PathValue("tenant"), token) {
			writeError(w, badRequest("System.ArgumentException", "The tenant in the URL isn't the tenant of the access token."))
			return
		}
		next(w, r, token)
	}
}

// forAdmins tells whether a token has the audience and a permission of the
// admin route. Rights come from the roles, not from here.
func forAdmins(token tenant.Token) bool {
	delegated := slices.Contains(token.Scopes, "AdminApi.AccessAsUser.All") || slices.Contains(token.Scopes, "Exchange.Manage")
	return strings.TrimSuffix(token.Audience, "/") == Resource && (delegated || slices.Contains(token.Roles, "Exchange.ManageAsApp"))
}

// isTenant accepts the tenant's id and its domains.
func (s *server) isTenant(name string, token tenant.Token) bool {
	s.tenant.Lock()
	defer s.tenant.Unlock()
	if token.TenantID != s.tenant.Organization.ID {
		return false
	}
	return strings.EqualFold(name, token.TenantID) ||
		slices.ContainsFunc(s.tenant.Organization.VerifiedDomains, func(d tenant.VerifiedDomain) bool {
			return strings.EqualFold(d.Name, name)
		})
}

// may tells whether the token's directory roles allow a cmdlet. The roles
// are those of when the token was minted: a new role needs a new token.
func may(token tenant.Token, cmdlet string) bool {
	switch {
	case slices.Contains(token.DirectoryRoles, "Global Administrator"), slices.Contains(token.DirectoryRoles, "Exchange Administrator"):
		return true
	case slices.Contains(token.DirectoryRoles, "Global Reader"):
		return strings.HasPrefix(cmdlet, "Get-")
	}
	return false
}

// forbid answers as Exchange does for a missing role and for an unknown
// cmdlet alike: 403 with a body of NUL bytes.
func forbid(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusForbidden)
	_, _ = w.Write(bytes.Repeat([]byte{0}, 256)) // the client may be gone
}

// ownCmdlets are some of those that an account without a role may run for its
// own mailbox. None is among the sandbox's: which they are is not documented.
// https://learn.microsoft.com/powershell/exchange/disable-access-to-exchange-online-powershell
func ownCmdlets() []string {
	return []string{"Get-MailboxAutoReplyConfiguration", "Get-MailboxJunkEmailConfiguration", "Get-MessageClassification"}
}

// moduleFile lists the cmdlets that the caller may run.
func (s *server) moduleFile(w http.ResponseWriter, r *http.Request, token tenant.Token) {
	query := r.URL.Query()
	if len(query) != 1 || query.Get("Version") == "" || r.Header.Get("CommandName") != "*" {
		writeError(w, badRequest("System.ArgumentException", "EXOModuleFile takes the query option Version and the header CommandName: *."))
		return
	}
	allowed := []string{}
	for name := range s.cmdlets {
		if may(token, name) {
			allowed = append(allowed, name)
		}
	}
	if len(allowed) == 0 { // every account may use PowerShell, for what is its own
		allowed = ownCmdlets()
	}
	slices.Sort(allowed)
	writeJSON(w, http.StatusOK, map[string]any{
		"@odata.context": Resource + "/adminapi/v1.0/$metadata#EXOModuleFile",
		"value":          []any{map[string]any{"exportedCmdlets": strings.Join(allowed, ",")}},
	})
}

// invoke runs one cmdlet.
func (s *server) invoke(w http.ResponseWriter, r *http.Request, token tenant.Token) {
	in, err := readRequest(r)
	if err != nil {
		writeError(w, err)
		return
	}
	cmdlet, known := s.cmdlets[in.cmdlet]
	if !known || !may(token, in.cmdlet) {
		forbid(w)
		return
	}
	arguments, err := cmdlet.bind(in.parameters)
	if err != nil {
		writeError(w, err)
		return
	}
	if question := cmdlet.question(arguments); question != "" {
		writeResult(w, result{question: question}, nil)
		return
	}
	out, err := s.run(cmdlet, arguments)
	if err != nil {
		writeError(w, err)
		return
	}
	out.page(in.pageSize, Resource+r.URL.Path)
	writeResult(w, out, in.properties)
}

func (s *server) run(cmdlet cmdlet, arguments arguments) (result, error) {
	s.tenant.Lock()
	defer s.tenant.Unlock()
	c := &call{Tenant: s.tenant, arguments: arguments}
	records, err := cmdlet.run(c)
	if err != nil {
		return result{}, err
	}
	out := result{warnings: c.warnings}
	for _, item := range records {
		out.records = append(out.records, record(item))
	}
	out.truncate(arguments)
	return out, nil
}
