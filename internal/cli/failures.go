package cli

import "wxmail/internal/msg"

// misuse is something that the operator gave, and that makes no sense.
type misuse struct {
	code string // "WX-USAGE", or that of the file it stands in
	what string // that was given, and where
	why  msg.Message
	help string // the command that shows what makes sense
}

func (e *misuse) Error() string { return e.what + ": " + msg.New("en").Say(e.why) }

// Fact is the code, what makes no sense, and why.
func (e *misuse) Fact() (code, object, detail string) {
	return e.code, e.what, msg.New("en").Say(e.why)
}

// Reason is why it makes no sense.
func (e *misuse) Reason() msg.Message { return e.why }

// Proposal is the command that shows what makes sense.
func (e *misuse) Proposal() string { return e.help }

// misused is a command line that makes no sense.
func misused(what string, why msg.Message) error {
	return &misuse{"WX-USAGE", what, why, "wxmail help"}
}

// mistyped is a name on the command line that is none of those that help shows;
// near is the one that was meant, "" where none is near.
func mistyped(what string, why msg.Message, near, help string) error {
	return &misuse{"WX-USAGE", what, meant(why, near), help}
}

// unusableAnswers is an answers file that cannot be used.
func unusableAnswers(path string, why msg.Message) error {
	return &misuse{"WX-ANSWERS-FILE", path, why, "wxmail help questions"}
}

// meant adds to a sentence the name that was meant, if any is near.
func meant(why msg.Message, near string) msg.Message {
	if near == "" {
		return why
	}
	return msg.M("usage.near", "Why", why, "Near", near)
}

// quoted is what the system, or a library, says in its own words.
func quoted(text string) msg.Message { return msg.M("detail.said", "Text", text) }

// unknownProfile is a profile that was never written.
type unknownProfile struct {
	code, text string
	name, home string
	near       string // the one that was meant, "" where none is near
}

func (e *unknownProfile) Error() string { return e.text }

// Fact is the code, the name, and where it was looked for.
func (e *unknownProfile) Fact() (code, object, detail string) {
	return e.code, e.name, msg.New("en").Say(e.Reason())
}

// Reason is where it was looked for, and which one was meant.
func (e *unknownProfile) Reason() msg.Message {
	return meant(msg.M("detail.no-profile", "Profile", e.name, "Home", e.home), e.near)
}
