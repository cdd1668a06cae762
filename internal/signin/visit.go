package signin

import (
	"crypto/rand"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"wxmail/internal/pattern"
)

// visit is one attempt at a sign-in, as the page knows it.
type visit struct {
	awaited
	port    int
	url     string // of Entra's page, once it is known
	answers chan *answer
	ended   chan struct{} // closed when verdict is known
	verdict Verdict

	mu    sync.Mutex
	doors map[door]string // the name that opens each, and is used up by it
}

func newVisit(port int, issuer string) *visit {
	return &visit{port: port, awaited: awaited{newState(), issuer}, answers: make(chan *answer, 1), ended: make(chan struct{}),
		doors: map[door]string{}}
}

// end says what becomes of the attempt. It is called once.
func (v *visit) end(verdict Verdict) {
	v.verdict = verdict
	close(v.ended)
}

func (v *visit) redirectURI() string { return "http://localhost:" + strconv.Itoa(v.port) }

// door is one way from an address of this page to the sign-in: each address
// leads there once, and a new one takes the place of the one before.
type door string

// The opener's argument is seen by everybody on this computer, so it says
// nothing that only the sign-in's two ends may know; nor do the others, which
// a person is shown, in the terminal and on the page.
const (
	forOpener door = "open/"
	forPerson door = ""
	onPage    door = "again/"
)

// nameLength is how long a one-time name is: 50 bits, to be typed if need be.
const nameLength = 10

var doorPath = pattern.Of(`^/(open/|again/|)[a-z2-7]{10}$`)

func isDoor(path string) bool { return doorPath().MatchString(path) }

// secretParameters are those of an authorization request that bind the answer
// to who asked.
var secretParameters = [...]string{"state", "nonce", "code_challenge", "code_challenge_method"}

// lead gives a new address of a door.
func (v *visit) lead(through door) string {
	name := string(through) + strings.ToLower(rand.Text()[:nameLength])
	v.mu.Lock()
	defer v.mu.Unlock()
	v.doors[through] = name
	return v.redirectURI() + "/" + name
}

// leadOpener is lead for the opener. Who signs in to what may be read in its
// address, by openers of the operator's own.
func (v *visit) leadOpener() string {
	query := url.Values{}
	if u, err := url.Parse(v.url); err == nil {
		query = u.Query()
	}
	for _, name := range secretParameters {
		query.Del(name)
	}
	return v.lead(forOpener) + "?" + query.Encode()
}

// enter says whether a name opens a door, and uses it up.
func (v *visit) enter(name string) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	for through, opens := range v.doors {
		if opens == name {
			delete(v.doors, through)
			return true
		}
	}
	return false
}
