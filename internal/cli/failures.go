package cli

import "wxmail/internal/wanted"

// usageError is a command line that makes no sense.
type usageError struct{ what, why string }

func (e *usageError) Error() string { return e.what + ": " + e.why }

// Fact is the code, what makes no sense, and why.
func (e *usageError) Fact() (code, object, detail string) { return "WX-USAGE", e.what, e.why }

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
	missing    *wanted.MissingAnswers
}

func (e *noProfile) Error() string { return e.missing.Error() }

// Fact is the code, the name, and the folder that was looked in.
func (e *noProfile) Fact() (code, object, detail string) { return "WX-NO-PROFILE", e.name, e.home }

// unknownProfile is a profile that was never written.
type unknownProfile struct{ name string }

func (e *unknownProfile) Error() string { return "no profile " + e.name }

// Fact is the code and the name.
func (e *unknownProfile) Fact() (code, object, detail string) {
	return "WX-PROFILE-UNKNOWN", e.name, ""
}
