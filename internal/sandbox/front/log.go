package front

import "time"

// Entry is one request of GET /requests. An SMTP session is one request: its
// method and path are the furthest verb, its status the last reply.
type Entry struct {
	N       int        `json:"n"`
	Client  string     `json:"client"` // wxmail, browser, webex or other
	Service string     `json:"service"`
	Method  string     `json:"method"`
	Path    string     `json:"path"`
	Status  int        `json:"status"` // 0: none yet, or the connection was reset
	Write   bool       `json:"write"`
	Altered bool       `json:"altered,omitempty"` // an alteration changed the answer
	Started time.Time  `json:"started"`
	Ended   *time.Time `json:"ended"` // null: under way
}

// Requests is the log, in the order of arrival.
func (f *Front) Requests() []Entry {
	f.mu.Lock()
	defer f.mu.Unlock()
	entries := make([]Entry, 0, len(f.log))
	for _, entry := range f.log {
		entries = append(entries, *entry)
	}
	return entries
}

func (f *Front) begin(client, service string, what request) *Entry {
	f.mu.Lock()
	defer f.mu.Unlock()
	entry := &Entry{
		N: len(f.log) + 1, Client: client, Service: service,
		Method: what.method, Path: what.path, Write: what.write,
		Started: f.tenant.Clock.Now(),
	}
	f.log = append(f.log, entry)
	return entry
}

func (f *Front) end(entry *Entry, status int) {
	f.update(entry, func() {
		now := f.tenant.Clock.Now()
		entry.Status, entry.Ended = status, &now
	})
}

func (f *Front) update(entry *Entry, change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
}
