package main

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

// What is known to go wrong with the real services is numbered: Exchange D1 to
// D22, Webex Connect 1 to 35, and the codes of Microsoft Graph and Entra ID.
// Each is an ailment of TestDoctor, a reply of TestVerifyRefused, or stands
// here with the reason why no program can tell from outside.
var leftOut = map[string][]string{
	"it is an answer to a write, which doctor never makes; setup explains it": {
		"exchange D19", "entra Authorization_RequestDenied", "entra Request_ResourceNotFound", "entra Request_BadRequest", "entra conflict",
		"entra Request_MultipleObjectsWithSameKeyValue", "entra CredentialInvalidLifetimeAsPerAppPolicy", "entra SignInAudienceNotAllowedAsPerAppPolicy",
		"entra HostNameNotOnVerifiedDomain"},
	"it passes, and is tried again where that is safe": {
		"entra TooManyRequests", "entra serviceNotAvailable"},
	"a policy that the sign-in may not read is unknown, and doctor says nothing of it": {"entra AccessDenied"},
	"it would be a fault of wxmail in how it asks": {
		"entra InvalidAuthenticationToken", "entra AADSTS65002", "entra AADSTS54005", "entra AADSTS70011", "entra AADSTS28002", "entra AADSTS50194",
		"entra AADSTS700005", "entra AADSTS9002313", "entra AADSTS900144", "entra AADSTS90014", "entra AADSTS90023", "entra AADSTS501481"},
	"it stands in the browser or is a person's choice, and wxmail says so while somebody signs in": {
		"entra AADSTS65004", "entra AADSTS50056", "entra AADSTS50126", "entra AADSTS50199", "entra AADSTS70016", "entra AADSTS70018", "entra AADSTS70019",
		"entra AADSTS90094", "entra AADSTS90095", "entra AADSTS90008", "entra AADSTS500208", "webex 18", "webex 19"},
	"the wrong cloud or tenant is refused before anything is looked at": {
		"entra AADSTS90002", "entra AADSTS900023", "entra AADSTS90038", "entra AADSTS900382", "entra AADSTS900432"},
	"it is in the asset of Webex Connect, which wxmail cannot read": {
		"webex 14", "webex 16", "webex 25", "webex 26", "webex 27", "webex 28", "webex 33"},
	"it is in Webex Connect's Debug Console, flows or desktop, where verify sends a person": {
		"webex 5", "webex 6", "webex 7", "webex 24", "webex 29", "webex 30", "webex 34"},
	"it is about the content of messages": {
		"exchange D22", "webex 20", "webex 21", "webex 22", "webex 23"},
	"it is about Gmail":                                 {"webex 31", "webex 32"},
	"it is a relay of the customer's own":               {"webex 35"},
	"verify never sends from the mailbox to itself":     {"exchange D21", "webex 4"},
	"it comes only while a message is sent: see verify": {"exchange D18"},
}

func known() []string {
	var all []string
	for i := 1; i <= 22; i++ {
		all = append(all, "exchange D"+strconv.Itoa(i))
	}
	for i := 1; i <= 35; i++ {
		all = append(all, "webex "+strconv.Itoa(i))
	}
	for _, code := range strings.Fields(`Authorization_RequestDenied AccessDenied Request_ResourceNotFound Request_BadRequest conflict
		Request_MultipleObjectsWithSameKeyValue CredentialInvalidLifetimeAsPerAppPolicy CredentialTypeNotAllowedAsPerAppPolicy
		SignInAudienceNotAllowedAsPerAppPolicy HostNameNotOnVerifiedDomain TooManyRequests serviceNotAvailable InvalidAuthenticationToken`) {
		all = append(all, "entra "+code)
	}
	for _, code := range strings.Fields(`50011 500113 65001 65002 65004 650052 500011 650056 650057 650059 50020 50034 50053 50055 50057 50056 50126
		50076 50079 50072 50074 50105 50173 50194 50199 53000 53001 53003 530035 530032 54005 70000 70008 700082 700084 70011 28002 70016 70018 70019
		70043 7000112 700016 7000215 7000218 700025 7000222 700005 90002 900023 90008 9002313 900144 90014 90094 90095 90023 90038 900382 900432
		500208 501481`) {
		all = append(all, "entra AADSTS"+code)
	}
	return all
}

// Nothing that is known is forgotten, and nothing is both found and left out.
func TestEveryKnownFaultIsFoundOrLeftOut(t *testing.T) {
	where := map[string]string{}
	note := func(fact, place string) {
		if !slices.Contains(known(), fact) {
			t.Errorf("%s: %q is no fact", place, fact)
		}
		if other := where[fact]; strings.HasPrefix(other, "left out") != strings.HasPrefix(place, "left out") && other != "" {
			t.Errorf("%s is in %q and in %q", fact, other, place)
		}
		where[fact] = place
	}
	for _, a := range ailments() {
		for _, fact := range a.facts {
			note(fact, a.name)
		}
	}
	for why, facts := range leftOut {
		for _, fact := range facts {
			note(fact, "left out: "+why)
		}
	}
	for _, fact := range known() {
		if where[fact] == "" {
			t.Errorf("%s is neither found nor left out", fact)
		}
	}
}
