package setup_test

import (
	"testing"
	"time"

	"wxmail/internal/doctor"
	"wxmail/internal/microsoft"
	"wxmail/internal/setup"
	"wxmail/internal/testkit"
	"wxmail/internal/webex"
	"wxmail/internal/world"
)

// verify sends to the customer, and lets somebody write to the mailbox.
func (d *desk) verify(from string) (*setup.Examination, world.Verification, error) {
	d.t.Helper()
	areas := []doctor.Area{doctor.Exchange, doctor.Token}
	scope := doctor.ScopeOf(areas...)
	scope.SMTP = false
	c := d.connection()
	x, err := setup.NewExamination(d.t.Context(), c, scope)
	if err != nil {
		d.t.Fatal(err)
	}
	if wrong := doctor.Hindering(x.Facts(), d.look(x, areas...)); len(wrong) > 0 {
		d.t.Fatalf("hindered by %v", wrong)
	}
	if d.patience > 0 {
		c.Cloud.Timeouts.SignIn = d.patience // nobody signs in any more
	}
	test := setup.Test{To: testkit.Customer, Subject: "Please answer", Text: "A test"}
	v, err := x.Verify(d.t.Context(), test, func(sent world.Sent) {
		if sent.MessageID == "" || sent.State != world.Submitted {
			d.t.Errorf("sent %+v", sent)
		}
		if from != "" {
			d.Call("POST", "/mail", map[string]string{"from": from, "to": support, "subject": "Re: Please answer", "text": "Here"}, nil)
		}
	})
	return x, v, err
}

// save fills the asset's page in Webex Connect, and saves it.
func (d *desk) save() {
	d.t.Helper()
	c := d.connection()
	form := map[string]*string{}
	fields := webex.Values(setup.ValuesInput(setup.LastSeen("default", c.Data), c.Cloud, c.Vault, true))
	for _, f := range fields[:len(fields)-3] { // the last three are filled by Webex Connect
		form[f.Label] = f.Value
	}
	d.Call("POST", "/webex/assets", map[string]any{"draft": d.draft.ID, "fields": form}, nil)
}

func TestVerification(t *testing.T) {
	t.Parallel()
	d := setUp(t)
	d.save()
	x, v, err := d.verify(testkit.Customer)
	if err != nil || v.Out.State != "Delivered" || v.In.State != "Delivered" || v.In.ForwardedTo != d.answers["webex.forwarding-address"] {
		t.Errorf("verified %+v, %v", v, err)
	}
	if wrong := doctor.JudgeVerification(x.Facts(), nil, v); len(wrong) > 0 {
		t.Errorf("wrong: %v", wrong)
	}

	d.fault(1, "smtp", "DATA", "status:554", "5.2.252 SendAsDenied; support not allowed to send as help")
	if _, _, err = d.verify(""); !microsoft.HasCode(err, "5.2.252") {
		t.Errorf("refused: %v", err)
	}
}

// Who waits for nobody is told how far mail got, in time.
func TestVerificationOfSilence(t *testing.T) {
	t.Parallel()
	for _, from := range []string{"", support} {
		d := setUp(t)
		d.patience = 100 * time.Millisecond
		x, v, err := d.verify(from)
		wrong := doctor.JudgeVerification(x.Facts(), nil, v)
		if err != nil || len(wrong) != 1 || wrong[0].Code != "WX-VERIFY-SILENT" {
			t.Errorf("%q writes: %+v, %v, %v", from, v, wrong, err)
		}
	}
}

// A message that comes and does not go on is found where it was lost: the
// asset was never saved, so nobody takes it.
func TestVerificationOfWhatIsLost(t *testing.T) {
	t.Parallel()
	d := setUp(t)
	x, v, err := d.verify(testkit.Customer)
	wrong := doctor.JudgeVerification(x.Facts(), nil, v)
	if err != nil || len(wrong) != 1 || wrong[0].Code != "WX-VERIFY-LOST" || v.In.State != "Failed" {
		t.Errorf("%+v, %v, %v", v, wrong, err)
	}
}

// Nothing is sent with nothing to send with.
func TestVerificationNeedsALook(t *testing.T) {
	t.Parallel()
	d := setUp(t)
	x, err := setup.NewExamination(t.Context(), d.connection(), doctor.ScopeOf(doctor.Exchange))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.Verify(t.Context(), setup.Test{To: testkit.Customer}, nil); err == nil {
		t.Error("it sent something")
	}
}
