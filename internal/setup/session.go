package setup

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"sync"
	"time"

	"wxmail/internal/exchange"
	"wxmail/internal/graph"
	"wxmail/internal/guide"
	"wxmail/internal/microsoft"
	"wxmail/internal/signin"
	"wxmail/internal/wanted"
	"wxmail/internal/world"
)

// session is one run as it stands: who has signed in, what was seen, and what
// is wanted. Setups, undoings, rotations and inspections each hold one.
type session struct {
	*Connection
	id       string // of the run, in the journal
	course   guide.Course
	answered wanted.Wanted // what the answers alone say
	wanted   wanted.Wanted // and where they leave it to the tenant, what that has
	metadata *signin.Metadata
	now      time.Time // by Microsoft's clock, when the world was last looked at

	directory *graph.Directory // nil until its administrator has signed in
	exchange  *exchange.Admin  // likewise
	made      *guide.Made      // nil until something is applied

	hereRead chan struct{} // closed once what is local was read; nil where nobody reads it now

	mu   sync.Mutex // guards what follows
	seen world.Seen
	may  guide.May
	told told
}

// told is what the operator has been told of.
type told struct {
	signIns
	tenant bool // whose it is
}

// begin collects the answers and finds the tenant. asks says whether the run
// may ask what is unknown.
func begin(ctx context.Context, c *Connection, course guide.Course, asks bool) (*session, error) {
	s := &session{Connection: c, course: course, id: rand.Text()[:10]}
	w, err := c.collect(ctx, course.Asks, asks)
	if err != nil {
		return s, err
	}
	s.want(w)
	return s, nil
}

// want takes over what the answers say now.
func (s *session) want(w wanted.Wanted) {
	nonce := s.wanted.Run.Nonce
	if nonce == "" {
		nonce = strings.ToLower(rand.Text()[:8])
	}
	s.answered, s.wanted = w, w
	s.wanted.Run = wanted.Run{Profile: s.Profile.Name(), Steps: s.course.Steps, Nonce: nonce, Attended: s.Attended || s.Operator.CanAsk()}
}

// settle takes what the answers leave to the tenant from what was seen of it.
// It is done before anything is written: what this run makes is no answer. The
// answer that the asset has moved to another Call Back URL does not count where
// the application has none of that yet: the run that gives it the URL takes
// nothing away.
func settle(s *session) {
	run := s.wanted.Run
	s.wanted = s.answered
	s.wanted.Run = run
	s.wanted = guide.Settled(s.facts())
	if !guide.CallbackThere(s.facts()) {
		s.wanted.OldCallbackReplaced = nil
	}
}

// facts are what is known by now.
func (s *session) facts() guide.Facts {
	s.mu.Lock()
	defer s.mu.Unlock()
	return guide.Facts{Wanted: s.wanted, Seen: s.seen, May: s.may, Now: s.now}
}

func (s *session) look(change func(seen *world.Seen)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(&s.seen)
}

// lookHere changes what is known of this computer, where that was read. Facts
// that were taken before keep what they had.
func (s *session) lookHere(change func(here *world.Here)) {
	s.look(func(seen *world.Seen) {
		if seen.Here.Value != nil {
			here := *seen.Here.Value
			change(&here)
			seen.Here.Value = &here
		}
	})
}

// findTenant asks Entra which tenant the mailbox's domain belongs to. A
// profile stays with the tenant of its first write.
func (s *session) findTenant(ctx context.Context) error {
	defer s.busy("find-tenant")()
	metadata, err := signin.Discover(ctx, s.Cloud, s.wanted.Tenant)
	if err != nil {
		return err
	}
	if err := s.belongs(metadata.TenantID); err != nil {
		return err
	}
	s.metadata = metadata
	s.look(func(seen *world.Seen) { seen.TenantID = metadata.TenantID })
	return nil
}

// tenantID is the tenant's, once it was found.
func (s *session) tenantID() string { return s.facts().Seen.TenantID }

func (s *session) lastSeen() *Summary { return LastSeen(s.Profile.Name(), s.Data) }

// bind ties the profile to the tenant and the mailbox, and keeps the answers.
func (s *session) bind() error {
	s.Data.TenantID, s.Data.Mailbox = s.tenantID(), s.wanted.Mailbox
	f := s.facts()
	if here := f.Seen.Local(); here.Memory.Unnoted {
		// Once another secret takes its place in the vault, this one would be
		// an orphan, though Webex Connect may have it.
		if err := s.noteStored(here.Secret.Label); err != nil {
			return err
		}
	}
	return s.keep()
}

// tellTenant says once in whose tenant this run is, and refuses one that the
// mailbox's domain does not belong to.
func (s *session) tellTenant() error {
	f := s.facts()
	org := f.Seen.Tenant().Organization
	if org != nil && !s.told.tenant {
		s.told.tenant = true
		s.Operator.Say(tenantFound(org, s.wanted.Mailbox))
	}
	if o := guide.HinderTenant(f); o != nil {
		return o
	}
	return nil
}

// pastTenant is nil where an inspection can go on without an answer: what is
// local needs nobody's, where the profile knows its tenant.
func (s *session) pastTenant(err error) error {
	var refused *microsoft.Error
	if err == nil || s.Data.TenantID == "" || !errors.As(err, &refused) {
		return err
	}
	s.look(func(seen *world.Seen) { seen.TenantID = s.Data.TenantID })
	return nil
}
