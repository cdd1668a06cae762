// Package webex is the e-mail asset of Webex Connect as data: what is
// collected from its page, what a pasted text really says, what is valid, and
// what the form must hold in the end. It talks to nobody: Webex Connect has no
// part in a run of wxmail but the person who copies between the two.
//
// The form: https://help.webexconnect.io/docs/wxcc-email-asset-creation
package webex

// Asset is what the new asset's page in Webex Connect shows and asks for.
type Asset struct {
	Name              string // a friendly name, without underscore
	EmailID           string // the address that customers write to
	ForwardingAddress string // read-only on the page, made for this asset
	CallbackURL       string // read-only on the page, the tenant's own
}

// Severity says whether a value can be used.
type Severity string

// An error refuses the value; a warning asks for a second look.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
)

// Code is the stable name of a Problem, a key of the message catalogues.
type Code string

// What can be wrong with a collected value.
const (
	Empty          Code = "empty"
	TooLong        Code = "too-long"        // Detail: the limit
	NotAnAddress   Code = "not-an-address"  // Detail: the cleaned text
	NotASCII       Code = "not-ascii"       // an address with other letters. Detail: those
	SameAsMailbox  Code = "same-as-mailbox" // forwarding to oneself is a loop
	SameDomain     Code = "same-domain"     // Detail: the domain; forwarding home is a loop too
	UnusualDomain  Code = "unusual-domain"  // warning: not a domain seen in forwarding addresses. Detail: the domain
	UnusualLocal   Code = "unusual-local"   // warning: not 32 hexadecimal digits. Detail: the local part
	NotAURL        Code = "not-a-url"       // Detail: the cleaned text
	NotHTTPS       Code = "not-https"       // Detail: the scheme, may be empty
	HasUserInfo    Code = "has-user-info"   // a name before the host
	HasPort        Code = "has-port"        // Detail: the port
	WrongPath      Code = "wrong-path"      // Detail: the path
	HasQuery       Code = "has-query"       //
	HasFragment    Code = "has-fragment"    //
	ForeignHost    Code = "foreign-host"    // not a host of Webex Connect. Detail: the host
	UnknownRegion  Code = "unknown-region"  // warning. Detail: the region's label
	AddedHTTPS     Code = "added-https"     // warning. Detail: what was given
	NoRegion       Code = "no-region"       // warning. Detail: the host
	CustomNodeHost Code = "custom-node"     // warning: the callback of Custom Nodes, not of e-mail. Detail: the host
	HasUnderscore  Code = "has-underscore"  //
	IsAddress      Code = "is-address"      // a name is wanted
)

// Problem is one finding about a value, as data.
type Problem struct {
	Code     Code
	Severity Severity
	Detail   string // what it is about, for a person; may be empty
}

func refuse(code Code, detail string) []Problem {
	return []Problem{{code, SeverityError, detail}}
}

func warn(code Code, detail string) []Problem {
	return []Problem{{code, SeverityWarning, detail}}
}
