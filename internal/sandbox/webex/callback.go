package webex

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
)

// ServeHTTP is host contoso.us.webexconnect.io: the Call Back URL, and
// nothing else. The code is redeemed before the page is shown.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path != "/callback":
		http.NotFound(w, r)
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
	default:
		s.callback(w, r)
	}
}

// fromMicrosoft are the parameters that a sign-in page adds to a redirect.
func fromMicrosoft() []string {
	return []string{"code", "state", "session_state", "client_info", "error", "error_description", "error_subcode", "error_uri"}
}

func (s *Server) callback(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	for name, values := range query {
		if len(values) != 1 || !slices.Contains(fromMicrosoft(), name) {
			http.Error(w, fmt.Sprintf("unexpected parameter %q", name), http.StatusBadRequest)
			return
		}
	}
	way, ok := s.take(query.Get("state"))
	if !ok {
		http.Error(w, "no sign-in is waiting for this", http.StatusBadRequest)
		return
	}
	err := s.finish(r, way)
	way.done <- err
	if err != nil {
		page(w, http.StatusBadRequest, "The token could not be generated. You may close this window.")
		return
	}
	page(w, http.StatusOK, "The token has been generated. You may close this window.")
}

// finish redeems the code, or says in Microsoft's words why there is none.
func (s *Server) finish(r *http.Request, way *signIn) error {
	query := r.URL.Query()
	if reason := query.Get("error"); reason != "" {
		return fmt.Errorf("%s: %s", reason, query.Get("error_description"))
	}
	if query.Get("code") == "" {
		return errors.New("the redirect carries neither a code nor an error")
	}
	return s.redeem(r.Context(), way.asset, query.Get("code"))
}

func page(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<!DOCTYPE html><title>Webex Connect (sandbox)</title><p>%s</p>\n", text) // the browser may be gone
}
