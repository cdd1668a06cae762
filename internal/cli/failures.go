package cli

import (
	"wxmail/internal/msg"
	"wxmail/internal/wanted"
)

// usageError is a command line that makes no sense.
type usageError struct{ what, why string }

func (e *usageError) Error() string { return e.what + ": " + e.why }

// Fact is the code, what makes no sense, and why.
func (e *usageError) Fact() (code, object, detail string) { return "WX-USAGE", e.what, e.why }

// Proposal is the command that shows what makes sense.
func (e *usageError) Proposal() string { return "wxmail help" }

// answersError is an answers file that cannot be used.
type answersError struct{ path, why string }

func (e *answersError) Error() string { return e.path + ": " + e.why }

// Fact is the code, the file, and what is wrong with it.
func (e *answersError) Fact() (code, object, detail string) { return "WX-ANSWERS-FILE", e.path, e.why }

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

func (e *noProfile) Error() string { return e.missing.Error() }

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
