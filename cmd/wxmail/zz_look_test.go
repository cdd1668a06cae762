package main

import (
	"testing"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
	"wxmail/internal/testkit/console"
)

func TestLook(t *testing.T) {
	w := testkit.Start(t, sandbox.Options{})
	home := w.Home()
	d := w.Draft()
	for _, size := range []console.Config{{Width: 80, Height: 24}, {Width: 80, Height: 300}, {Width: 40, Height: 24}, {Width: 40, Height: 400}} {
		w.Call("POST", "/reset", nil, nil)
		d = w.Draft()
		home = w.Home()
		cmd := w.Command(t.Context(), home, "setup")
		c := console.Start(t, size, cmd)
		step := func(expect, send string) {
			c.Expect(expect)
			if size.Height == 24 {
				t.Logf("\n%s\n=====", c.Screen())
			}
			c.Send(send + "\r")
		}
		step("E-mail ID of the asset", "support")
		step("! ", "support@contoso.example")
		step("Asset name", "")
		step("Forwarding Address", "help@contoso.example")
		step("! ", d.ForwardingAddress)
		step("Call Back URL", d.CallbackURL)
		step("directory", "")
		step("Keep a copy", "")
		step("Make these", "")
		code := c.Wait()
		t.Logf("%d\n%s\n", code, c.Screen())
	}
}
