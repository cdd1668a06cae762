package sheet

import (
	"fmt"

	"wxmail/internal/msg"
	"wxmail/internal/webex"
)

// Sentence says what came of a comparison. Of a value it says nothing but where
// it differs, and which letter stands for another one.
func Sentence(c webex.Compared) msg.Message {
	id := "compare." + string(c.Verdict)
	switch c.Verdict {
	case webex.Unknown:
		return msg.M(id)
	case webex.Same:
		return msg.M(id, "Label", c.Label)
	case webex.LookAlike:
		return msg.M(id, "Label", c.Label, "At", c.At, "Got", fmt.Sprintf("U+%04X", c.Got))
	}
	return msg.M(id, "Label", c.Label, "At", c.At)
}
