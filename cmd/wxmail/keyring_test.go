//go:build linux

package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"maps"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"

	"wxmail/internal/sandbox"
	"wxmail/internal/testkit"
)

// secretService is as much of a session bus with a Secret Service behind it
// as the keyring's library asks for. A locked one shows a prompt to nobody.
// https://specifications.freedesktop.org/secret-service-spec/latest/
type secretService struct {
	locked bool

	mu    sync.Mutex
	items []keptSecret
}

type keptSecret struct {
	attributes map[string]string
	secret     secret
}

// secret is the D-Bus structure of that name.
type secret struct {
	Session           dbus.ObjectPath
	Parameters, Value []byte
	ContentType       string
}

// serve opens a bus and gives the environment that leads to it.
func (s *secretService) serve(t *testing.T) (address string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "bus")
	listener, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go s.talk(conn)
		}
	}()
	return "DBUS_SESSION_BUS_ADDRESS=unix:path=" + path
}

// talk authenticates anybody and answers until the connection ends.
// https://dbus.freedesktop.org/doc/dbus-specification.html#auth-protocol
func (s *secretService) talk(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	for begun := false; !begun; {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		reply := "ERROR\r\n"
		switch words := strings.Fields(strings.TrimLeft(line, "\x00")); {
		case len(words) == 1 && words[0] == "AUTH":
			reply = "REJECTED EXTERNAL\r\n"
		case len(words) == 2 && words[0] == "AUTH":
			reply = "DATA\r\n"
		case len(words) == 3 || words[0] == "DATA":
			reply = "OK 0123456789abcdef0123456789abcdef\r\n"
		case words[0] == "BEGIN":
			reply, begun = "", true
		}
		if _, err := conn.Write([]byte(reply)); err != nil {
			return
		}
	}
	for {
		call, err := dbus.DecodeMessage(in)
		if err != nil {
			return
		}
		if s.reply(call).EncodeTo(conn, binary.LittleEndian) != nil {
			return
		}
	}
}

func (s *secretService) reply(call *dbus.Message) *dbus.Message {
	member, _ := call.Headers[dbus.FieldMember].Value().(string)
	body := s.answer(member, call.Body)
	reply := &dbus.Message{Type: dbus.TypeMethodReply, Body: body, Headers: map[dbus.HeaderField]dbus.Variant{
		dbus.FieldReplySerial: dbus.MakeVariant(call.Serial()), dbus.FieldDestination: dbus.MakeVariant(":1.1")}}
	if len(body) > 0 {
		reply.Headers[dbus.FieldSignature] = dbus.MakeVariant(dbus.SignatureOf(body...))
	}
	return reply
}

const (
	collection = dbus.ObjectPath("/org/freedesktop/secrets/collection/login")
	item       = dbus.ObjectPath("/org/freedesktop/secrets/collection/login/1")
	noPrompt   = dbus.ObjectPath("/")
)

func (s *secretService) answer(member string, args []any) []any {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch member {
	case "Hello":
		return []any{":1.1"}
	case "Get":
		return []any{dbus.MakeVariant([]dbus.ObjectPath{collection})}
	case "OpenSession":
		return []any{dbus.MakeVariant(""), dbus.ObjectPath("/session")}
	case "Unlock":
		if s.locked {
			return []any{[]dbus.ObjectPath{}, dbus.ObjectPath("/prompt")}
		}
		return []any{args[0], noPrompt}
	case "SearchItems":
		return []any{s.search(args[0].(map[string]string))}
	case "CreateItem":
		return []any{s.keep(args), noPrompt}
	case "GetSecret":
		return []any{s.items[0].secret}
	}
	return nil
}

func (s *secretService) search(attributes map[string]string) []dbus.ObjectPath {
	if slices.ContainsFunc(s.items, func(k keptSecret) bool { return maps.Equal(k.attributes, attributes) }) {
		return []dbus.ObjectPath{item}
	}
	return []dbus.ObjectPath{}
}

func (s *secretService) keep(args []any) dbus.ObjectPath {
	var kept keptSecret
	properties := args[0].(map[string]dbus.Variant)
	kept.attributes, _ = properties["org.freedesktop.Secret.Item.Attributes"].Value().(map[string]string)
	if dbus.Store(args[1:2], &kept.secret) == nil {
		s.items = []keptSecret{kept}
	}
	return item
}

// With a keyring nobody needs a passphrase: the key is there and not in the
// home, and where the keyring has lost it the vault is damaged, not replaced.
func TestKeyring(t *testing.T) {
	t.Parallel()
	keys := &secretService{}
	bus := keys.serve(t)
	w := testkit.Start(t, sandbox.Options{})
	home, answers := w.Home(), w.AnswersFile(w.Draft().Answers(support))
	run := func(args ...string) testkit.Ran {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		defer cancel()
		cmd := w.Command(ctx, home, args...)
		cmd.Env = append(cmd.Env, "WXMAIL_PASSPHRASE=", bus)
		return w.Finish(cmd)
	}
	run("setup", "--no-input", "-y", "--answers", answers).Must(t, 0)
	run("setup", "--no-input", "-y").Must(t, 0)
	keys.mu.Lock()
	if len(keys.items) != 1 {
		t.Fatalf("%d items in the keyring", len(keys.items))
	}
	key := string(keys.items[0].secret.Value)
	keys.items = nil
	keys.mu.Unlock()
	for _, path := range testkit.Files(t, home) {
		if filepath.Base(path) == "vault.key.age" {
			t.Error("the key lies in the home too")
		}
	}
	for _, text := range w.KeptIn(home) {
		if strings.Contains(text, key) {
			t.Errorf("the vault's key lies in %.80s", text)
		}
	}
	refused(t, run("setup", "--no-input", "-y"), 1, "WX-VAULT-DAMAGED")
}
