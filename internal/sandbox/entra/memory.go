package entra

import (
	"slices"
	"time"

	"wxmail/internal/sandbox/tenant"
)

// memory is what the token service remembers beside the directory. It is
// touched only under the tenant's lock.
type memory struct {
	codes    map[string]*code
	refresh  map[string]delegation
	devices  map[string]*device // by device code
	flows    map[string]*flow
	sessions map[string]*session
	minted   map[string]time.Time // when each access token was made, by its uti claim
}

func newMemory() *memory {
	return &memory{
		codes:    map[string]*code{},
		refresh:  map[string]delegation{},
		devices:  map[string]*device{},
		flows:    map[string]*flow{},
		sessions: map[string]*session{},
		minted:   map[string]time.Time{},
	}
}

// delegation is what a person allowed an application: what an authorization
// code, a device code and a refresh token stand for.
type delegation struct {
	client   string // app id
	user     string // object id
	scope    string // as asked for
	platform platform
	fresh    []string // ids of grants that this very sign-in wrote: it need not wait for the replicas
	mfa      bool
	nonce    string
	at       time.Time // when it was issued
}

// session is one browser: who has signed in there.
type session struct{ accounts []account }

type account struct {
	user string
	mfa  bool
	at   time.Time
}

// remember notes that a user has signed in, the last word winning.
func (s *session) remember(a account) {
	s.accounts = slices.DeleteFunc(s.accounts, func(old account) bool { return old.user == a.user })
	s.accounts = append(s.accounts, a)
}

// live is the accounts of a session that may still be used without a password.
func (c *call) live(s *session) (users []tenant.User, mfa map[string]bool) {
	mfa = map[string]bool{}
	for _, a := range s.accounts {
		user, found := c.tenant.Users.Get(a.user)
		if found && user.AccountEnabled && !a.at.Before(user.SignInSessionsValidFrom) {
			users = append(users, user)
			mfa[user.ID] = a.mfa
		}
	}
	return users, mfa
}
