package guide

import (
	"slices"
	"strings"

	"wxmail/internal/mailflow"
	"wxmail/internal/msg"
	"wxmail/internal/step"
	"wxmail/internal/world"
)

// What was done for the account that signs in is that account's. Where another
// one signs in for the mailbox by now, the deeds of the earlier one stay in the
// memory under keys of their own, until they are that account's turn again.

// turnTo lets the deed of a key stand aside where it is another account's, and
// takes up what stood aside of this one.
func turnTo(m *world.Memory, key, account, was string) {
	if d, did := m.Deeds[key]; did && !sameAddress(was, account) {
		moveDeed(m, d, keyOf(key, was))
	}
	if d, did := m.Deeds[keyOf(key, account)]; did {
		moveDeed(m, d, key)
	}
}

func moveDeed(m *world.Memory, d step.Deed, key string) {
	delete(m.Deeds, d.Key)
	d.Key = key
	m.Deeds[key] = d
}

func keyOf(key, account string) string { return key + "." + strings.ToLower(account) }

// accountOf is whose a deed is, "" for what is nobody's in particular.
func accountOf(d step.Deed) string {
	switch t, _ := ThingOf(d.Key); t.Key {
	case smtpAuthKey:
		return d.Target
	case sendAsKey:
		return decode[SendAs](d.After).Trustee
	}
	return ""
}

// Earlier are the accounts that signed in for the mailbox before, and for which
// something stands that wxmail did. One account has several names, so none is
// known as long as Exchange was not read.
func Earlier(f Facts) (accounts []string) {
	if f.Seen.Exchange.Value == nil {
		return nil
	}
	for _, d := range f.Seen.Local().Memory.Deeds {
		if account := strings.ToLower(accountOf(d)); account != "" && !signsInAs(f, account) {
			accounts = append(accounts, account)
		}
	}
	slices.Sort(accounts)
	return slices.Compact(accounts)
}

// EarlierDeeds are what stands for one of them, by key.
func EarlierDeeds(f Facts, account string) (keys []string) {
	for _, d := range f.Seen.Local().Memory.Deeds {
		if strings.EqualFold(accountOf(d), account) {
			t, _ := ThingOf(d.Key)
			keys = append(keys, t.Key)
		}
	}
	slices.Sort(keys)
	return keys
}

// TellEarlier says what still stands for earlier accounts, and how a person
// takes it back: a run looks at the account that signs in now, and changes no
// other.
func TellEarlier(f Facts, accounts []string) (left []msg.Message) {
	for _, d := range undoable(f.Seen.Local().Memory) {
		account := accountOf(d)
		if !slices.Contains(accounts, strings.ToLower(account)) {
			continue
		}
		if t, _ := ThingOf(d.Key); t.Key == sendAsKey {
			left = append(left, msg.M("undo.left.earlier-send-as", "What", Named(d), "Account", account))
			continue
		}
		left = append(left, tellSwitch(f, d))
	}
	return left
}

// tellSwitch says how the switch of an earlier account gets its value of before,
// unless another profile works by it.
func tellSwitch(f Facts, d step.Deed) msg.Message {
	if by := besideUs(f, func(n world.Neighbour) bool { return sameAddress(n.Login, d.Target) }); by != "" {
		return msg.M("kept.note", "What", Named(d), "Because", msg.M("kept.used", "By", by))
	}
	value := "$null"
	if before := decode[SMTPAuth](d.Before).disabled(); before != nil {
		value = mailflow.PowerShell(*before)
	}
	return msg.M("undo.left.earlier-smtp", "What", Named(d), "Account", mailflow.PowerShell(d.Target), "Value", value)
}
