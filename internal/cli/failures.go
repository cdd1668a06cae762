package cli

import (
	"wxmail/internal/msg"
	"wxmail/internal/wanted"
)

// usageError is a command line that makes no sense.
type usageError struct {
	what string
	why  msg.Message
}

func (e *usageError) Error() string { return e.what + ": " + msg.New("en").Say(e.why) }

// Fact is the code, what makes no sense, and why.
func (e *usageError) Fact() (code, object, detail string) {
	return "WX-USAGE", e.what, msg.New("en").Say(e.why)
}

// Reason is why it makes no sense.
func (e *usageError) Reason() msg.Message { return e.why }

// Proposal is the command that shows what makes sense.
func (e *usageError) Proposal() string { return "wxmail help" }

// answersError is an answers file that cannot be used.
type answersError struct {
	path string
	why  msg.Message
}

func (e *answersError) Error() string { return e.path + ": " + msg.New("en").Say(e.why) }

// Fact is the code, the file, and what is wrong with it.
func (e *answersError) Fact() (code, object, detail string) {
	return "WX-ANSWERS-FILE", e.path, msg.New("en").Say(e.why)
}

// Reason is what is wrong with the file.
func (e *answersError) Reason() msg.Message { return e.why }

// quoted is what the system, or a library, says in its own words.
func quoted(text string) msg.Message { return msg.M("detail.said", "Text", text) }

// otherCloud is a profile used with a cloud that is not its own.
type otherCloud struct{ profile, known, wanted string }

func (e *otherCloud) Error() string {
	return "profile " + e.profile + " belongs to cloud " + e.known + ", not " + e.wanted
}

// Fact is the code, the profile, and the cloud that it belongs to.
func (e *otherCloud) Fact() (code, object, detail string) {
	return "WX-PROFILE-CLOUD", e.profile, e.known
}

// noProfile is a look without answers at a profile that was never written.
type noProfile struct {
	name, home string
	near       string // the one that was meant, "" where none is near
	missing    *wanted.MissingAnswers
}

func (e *noProfile) Error() string {
	_, _, named := e.missing.Fact()
	return named
}

// Fact is the code, the name, and where it was looked for.
func (e *noProfile) Fact() (code, object, detail string) {
	return "WX-NO-PROFILE", e.name, msg.New("en").Say(e.Reason())
}

// Reason is where it was looked for, and which one was meant.
func (e *noProfile) Reason() msg.Message {
	return meant(msg.M("detail.no-profile", "Profile", e.name, "Home", e.home), e.near)
}

// unknownProfile is a profile that was never written.
type unknownProfile struct {
	name, home string
	near       string // the one that was meant, "" where none is near
}

func (e *unknownProfile) Error() string { return "no profile " + e.name }

// Fact is the code and the name.
func (e *unknownProfile) Fact() (code, object, detail string) {
	return "WX-PROFILE-UNKNOWN", e.name, msg.New("en").Say(e.Reason())
}

// Reason is where it was looked for, and which one was meant.
func (e *unknownProfile) Reason() msg.Message {
	return meant(msg.M("detail.no-profile", "Profile", e.name, "Home", e.home), e.near)
}
