package submit

import (
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-smtp"

	"wxmail/internal/microsoft"
	"wxmail/internal/pattern"
)

var (
	// trailing is where Exchange puts what its support asks for:
	// "Authentication unsuccessful [host time id]".
	trailing = pattern.Of(`\s*\[([^\[\]]+)\]\s*$`)
	enhanced = pattern.Of(`\b[245]\.\d{1,3}\.\d{1,3}\b`)
)

// check types what became of a step. The end of ctx comes before whatever the
// connection said when it was cut.
func (s *session) check(operation, object string, err error) error {
	if err == nil {
		return nil
	}
	if ended := s.ctx.Err(); ended != nil {
		return ended
	}
	var typed *microsoft.Error
	if errors.As(err, &typed) {
		return typed
	}
	failure := &microsoft.Error{Service: microsoft.SMTP, Operation: operation, Object: object}
	var reply *smtp.SMTPError
	if !errors.As(err, &reply) {
		failure.Err = err
		return failure
	}
	failure.Status, failure.Code = reply.Code, code(reply)
	failure.Message, failure.RequestID = split(s.mask.Clean(reply.Message))
	return failure
}

// code is the enhanced status code. In a reply of several lines the library
// finds it only if every line has it.
func code(reply *smtp.SMTPError) string {
	if reply.EnhancedCode != smtp.EnhancedCodeNotSet {
		return fmt.Sprintf("%d.%d.%d", reply.EnhancedCode[0], reply.EnhancedCode[1], reply.EnhancedCode[2])
	}
	return enhanced().FindString(reply.Message)
}

// split takes the bracketed id off a reply and makes the rest one line.
func split(reply string) (message, id string) {
	message = microsoft.OneLine(reply)
	if match := trailing().FindStringSubmatch(message); match != nil {
		return strings.TrimSuffix(message, match[0]), match[1]
	}
	return message, ""
}
