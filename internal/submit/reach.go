package submit

import (
	"context"

	"wxmail/internal/cloud"
	"wxmail/internal/microsoft"
	"wxmail/internal/secret"
)

// Reach says how far a connection to the submission host gets: the dial, the
// greeting, STARTTLS with a verified certificate, the offer of XOAUTH2, and
// QUIT. Nobody signs in. It may be repeated, and takes Timeouts.Request at
// most for each of the dial, the greeting and QUIT.
//
// It never fails as a whole: Stage is dns, tcp or tls, or smtp for a server
// that talks, or should, and is not what it should be. Err is as Probe's.
// https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
func Reach(ctx context.Context, e *cloud.Endpoints) cloud.Reached {
	defer e.Awaiting(microsoft.SMTP)()
	reached := e.SubmissionHost()
	s, err := greet(ctx, e, secret.Mask{})
	if err != nil {
		reached.Stage, reached.Err = s.stage, err
		return reached
	}
	defer s.close()
	s.quit()
	return reached
}
