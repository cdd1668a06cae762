package step

// Severity says how bad a finding is.
type Severity string

// The severities. With Info alone a connection is in order.
const (
	Error   Severity = "error"   // mail stops, or never began
	Warning Severity = "warning" // mail goes, and will not for ever; or nobody can tell
	Info    Severity = "info"    // worth knowing
)

// Reason is why something differs from what is wanted, as a typed fact: what
// a plan means to change, or what only a diagnosis tells of.
type Reason struct {
	Code     string // "WX-…"
	Object   string // the mailbox, rule, host or secret concerned
	Detail   string // what the words need besides: an address, a day
	Dated    bool   // Detail is a day, as ISO 8601 writes it
	Evidence string // what was read, in Microsoft's names
	Page     Page   // where in a portal a person mends it
	Asks     string // the question whose answer decides what mends it; "" where that is plain
}

// Page is a page of one of Microsoft's portals. Zero is none.
type Page struct {
	Portal Portal
	Path   string // from the portal's origin on, with its leading slash
}

// Portal is one of Microsoft's portals.
type Portal string

// The portals.
const (
	EntraPortal    Portal = "entra"
	AdminPortal    Portal = "admin"
	DefenderPortal Portal = "defender"
)

// Known is a code that a Reason can have, as a row of a table.
type Known struct {
	Code     string
	Severity Severity
	Exit     int // of a command that fails on it
}
