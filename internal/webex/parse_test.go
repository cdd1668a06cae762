package webex

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestClean(t *testing.T) {
	const url, address = "https://acme.us.webexconnect.io/callback", "support@contoso.com"
	for _, test := range []struct{ name, in, want string }{
		{"as it is", url, url},
		{"spaces and line ends", " \t" + url + "\r\n", url},
		{"no-break and ideographic spaces", "\u00a0\u3000" + url + "\u2009", url},
		{"zero width, byte order mark, soft hyphen", "\ufeffhttps://acme\u200b.us.webex\u00adconnect.io/call\u2060back", url},
		{"text direction marks", "\u202a" + url + "\u202c", url},
		{"control characters", "\x00" + url + "\x1b", url},
		{"invalid UTF-8", "\xff" + url + "\xc3", url},
		{"straight quotes", `"` + url + `"`, url},
		{"curly quotes", "“" + url + "”", url},
		{"German and French quotes", "„" + address + "“", address},
		{"guillemets with spaces", "«\u00a0" + address + "\u00a0»", address},
		{"Japanese brackets, one lost", "「" + url + "'", url},
		{"lenticular brackets", "【" + url + "】", url},
		{"full-width brackets", "（" + address + "）", address},
		{"nested", "([" + address + "])", address},
		{"the guide's stray word", url + " as", url},
		{"the French guide's stray words", url + " as vu", url},
		{"a stray word behind a quote", `"` + url + `" as`, url},
		{"full stop", url + ".", url},
		{"ideographic full stop", address + "。", address},
		{"full-width at sign", "support＠contoso.com", address},
		{"full-width throughout", "ｓｕｐｐｏｒｔ＠ｃｏｎｔｏｓｏ．ｃｏｍ", address},
		{"ideographic dot inside", "support@contoso。com", address},
		{"mailto", "mailto:" + address, address},
		{"MAILTO in brackets", "<MAILTO:" + address + ">", address},
		{"display name", `"Support" <` + address + ">", address},
		{"display name and mailto", "Support <mailto:" + address + ">;", address},
		{"as Exchange shows it", "SMTP:" + address + ";", address},
		{"a link of a chat", "[" + address + "](mailto:" + address + ").", address},
		{"a web address as a link", "[" + url + "](" + url + ")", url},
		{"a link whose text has no scheme", "[acme.us.webexconnect.io/callback](" + url + ")", url},
		{"a link that leads elsewhere", "[" + url + "](https://evil.example/callback)", "[" + url + "](https://evil.example/callback)"},
		{"a link without a text of its own", "[mailto:](evil@evil.example)", "[mailto:](evil@evil.example)"},
		{"one that leads elsewhere, in angles", "[" + address + "](<mailto:evil@evil.example>)",
			"[" + address + "](<mailto:evil@evil.example>)"},
		{"one in angles", "[" + address + "](<mailto:" + address + ">)", address},
		{"an encoded address", "mailto:o%27brien@contoso.com", "o'brien@contoso.com"},
		{"Safe Links", "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Facme.us.webexconnect.io%2Fcallback&data=05%7C02", url},
		{"Safe Links as a link", "[https://acme.us.webexconnect.io/callback](https://emea01.safelinks.protection.outlook.com/" +
			"?url=https%3A%2F%2Facme.us.webexconnect.io%2Fcallback&reserved=0)", url},
		{"Safe Links without the link", "https://nam02.safelinks.protection.outlook.com/?data=1",
			"https://nam02.safelinks.protection.outlook.com/?data=1"},
		{"apostrophe inside stays", "o'brien@contoso.com", "o'brien@contoso.com"},
		{"a name that ends in as stays", "https://atlas", "https://atlas"},
		{"nothing but noise", " “” 。", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := Clean(test.in); got != test.want {
				t.Errorf("Clean(%q) = %q, want %q", test.in, got, test.want)
			}
		})
	}
}

type parseCase struct {
	name, in, want string
	problems       []Problem
}

func runParse(t *testing.T, parse func(string) (string, []Problem), cases []parseCase) {
	t.Helper()
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			got, problems := parse(test.in)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("value (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.problems, problems); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseEmail(t *testing.T) {
	long := strings.Repeat("a", 65) + "@contoso.com"
	runParse(t, ParseEmail, []parseCase{
		{"plain", "support@contoso.com", "support@contoso.com", nil},
		{"upper case", "Support@Contoso.COM", "support@contoso.com", nil},
		{"a letter whose lower case is ASCII", "\u212a@contoso.com", "\u212a@contoso.com", refuse(NotASCII, "\u212a")},
		{"plus, dots, apostrophe", "o'brien+x.y@mail.contoso.co.jp", "o'brien+x.y@mail.contoso.co.jp", nil},
		{"pasted", " <mailto:support＠contoso.com>。", "support@contoso.com", nil},
		{"empty", "  ", "", refuse(Empty, "")},
		{"no at sign", "support", "support", refuse(NotAnAddress, "support")},
		{"two at signs", "a@b@contoso.com", "a@b@contoso.com", refuse(NotAnAddress, "a@b@contoso.com")},
		{"no local part", "@contoso.com", "@contoso.com", refuse(NotAnAddress, "@contoso.com")},
		{"one label", "a@localhost", "a@localhost", refuse(NotAnAddress, "a@localhost")},
		{"an IP address", "a@10.0.0.1", "a@10.0.0.1", refuse(NotAnAddress, "a@10.0.0.1")},
		{"double dot", "a..b@contoso.com", "a..b@contoso.com", refuse(NotAnAddress, "a..b@contoso.com")},
		{"hyphen at a label's end", "a@contoso-.com", "a@contoso-.com", refuse(NotAnAddress, "a@contoso-.com")},
		{"a row of the page", "Forwarding Address\tsupport@contoso.com", "support@contoso.com", nil},
		{"a row pasted with spaces", "Email ID  Support@contoso.com ", "support@contoso.com", nil},
		{"a row of a table", "| Email ID | support@contoso.com | copied |", "support@contoso.com", nil},
		{"a row that holds one twice", "support@contoso.com\tSUPPORT@contoso.com", "support@contoso.com", nil},
		{"a row with two", "a@contoso.com\tb@contoso.com", "a@contoso.com b@contoso.com",
			refuse(NotAnAddress, "a@contoso.com b@contoso.com")},
		{"a space inside", "a b@contoso.com", "a b@contoso.com", refuse(NotAnAddress, "a b@contoso.com")},
		{"two addresses", "a@contoso.com, b@contoso.com", "a@contoso.com, b@contoso.com", refuse(NotAnAddress, "a@contoso.com, b@contoso.com")},
		{"not ASCII", "süd@contoso.com", "süd@contoso.com", refuse(NotASCII, "ü")},
		{"a domain that is not ASCII", "support@bücher-süd.example", "support@bücher-süd.example", refuse(NotASCII, "üü")},
		{"such a domain as Microsoft 365 has it", "support@xn--bcher-sd-s9ab.example", "support@xn--bcher-sd-s9ab.example", nil},
		{"local part too long", long, long, refuse(TooLong, "254")},
	})
}

func TestParseForwarding(t *testing.T) {
	const good = "0123456789abcdef0123456789abcdef@mail-us.imiconnect.io"
	parse := func(s string) (string, []Problem) { return ParseForwarding(s, "Support@contoso.com") }
	runParse(t, parse, []parseCase{
		{"the form that is known", good, good, nil},
		{"pasted", "“" + good + "”", good, nil},
		{"present family", strings.Replace(good, "mail-us.imiconnect.io", "mail.eu.webexconnect.io", 1),
			"0123456789abcdef0123456789abcdef@mail.eu.webexconnect.io", nil},
		{"legacy family", strings.Replace(good, ".io", ".eu", 1), "0123456789abcdef0123456789abcdef@mail-us.imiconnect.eu", nil},
		{"not hexadecimal", "support@mail-us.imiconnect.io", "support@mail-us.imiconnect.io", warn(UnusualLocal, "support")},
		{"another domain", "0123456789abcdef0123456789abcdef@fabrikam.com", "0123456789abcdef0123456789abcdef@fabrikam.com",
			warn(UnusualDomain, "fabrikam.com")},
		{"a look-alike domain", "0123456789abcdef0123456789abcdef@evilimiconnect.io",
			"0123456789abcdef0123456789abcdef@evilimiconnect.io", warn(UnusualDomain, "evilimiconnect.io")},
		{"both unusual", "x@fabrikam.com", "x@fabrikam.com", append(warn(UnusualDomain, "fabrikam.com"), warn(UnusualLocal, "x")...)},
		{"the mailbox itself", "support@CONTOSO.com", "support@contoso.com", refuse(SameAsMailbox, "support@contoso.com")},
		{"a colleague", "sales@contoso.com", "sales@contoso.com", refuse(SameDomain, "contoso.com")},
		{"below the mailbox's domain", "x@mail.contoso.com", "x@mail.contoso.com", refuse(SameDomain, "contoso.com")},
		{"no address", "callback", "callback", refuse(NotAnAddress, "callback")},
	})
	if _, problems := ParseForwarding(good, ""); problems != nil {
		t.Errorf("mailbox not known yet: %v", problems)
	}
}

func TestParseCallback(t *testing.T) {
	const good = "https://acme.us.webexconnect.io/callback"
	cases := []parseCase{
		{"the form that is known", good, good, nil},
		{"host in capitals", "HTTPS://ACME.US.WebexConnect.IO/callback", good, nil},
		{"legacy host", "https://acme.imiconnect.io/callback", "https://acme.imiconnect.io/callback", nil},
		{"the guide's slip", "「" + good + " as'", good, nil},
		{"unknown region", "https://acme.jp.webexconnect.io/callback", "https://acme.jp.webexconnect.io/callback", warn(UnknownRegion, "jp")},
		{"no region", "https://acme.webexconnect.io/callback", "https://acme.webexconnect.io/callback", warn(NoRegion, "acme.webexconnect.io")},
		{"custom node", "https://oauth.us.webexconnect.io/callback", "https://oauth.us.webexconnect.io/callback",
			warn(CustomNodeHost, "oauth.us.webexconnect.io")},
		{"empty", "", "", refuse(Empty, "")},
		{"plain http", "http://acme.us.webexconnect.io/callback", "http://acme.us.webexconnect.io/callback", refuse(NotHTTPS, "http")},
		{"no scheme", "acme.us.webexconnect.io/callback", "https://acme.us.webexconnect.io/callback",
			warn(AddedHTTPS, "acme.us.webexconnect.io/callback")},
		{"a row of the page", "Call Back URL\thttps://acme.us.webexconnect.io/callback", "https://acme.us.webexconnect.io/callback", nil},
		{"not a URL", "https://a b/%zz", "https://a b/%zz", refuse(NotAURL, "https://a b/%zz")},
		{"opaque", "https:acme", "https:acme", refuse(NotAURL, "")},
		{"an address", "a@contoso.com", "a@contoso.com", refuse(NotHTTPS, "")},
		{"user info", "https://acme.us.webexconnect.io@evil.com/callback",
			"https://acme.us.webexconnect.io@evil.com/callback", refuse(HasUserInfo, "")},
		{"port", "https://acme.us.webexconnect.io:443/callback", "https://acme.us.webexconnect.io:443/callback", refuse(HasPort, "443")},
		{"port without number", "https://acme.us.webexconnect.io:/callback", "https://acme.us.webexconnect.io:/callback", refuse(HasPort, "")},
		{"query", good + "?x=1", good + "?x=1", refuse(HasQuery, "")},
		{"fragment", good + "#x", good + "#x", refuse(HasFragment, "")},
		{"another path", "https://acme.us.webexconnect.io/callback/", "https://acme.us.webexconnect.io/callback/",
			refuse(WrongPath, "/callback/")},
		{"capitals in the path", "https://acme.us.webexconnect.io/Callback", "https://acme.us.webexconnect.io/Callback",
			refuse(WrongPath, "/Callback")},
		{"escaped path", "https://acme.us.webexconnect.io/%63allback", "https://acme.us.webexconnect.io/%63allback",
			refuse(WrongPath, "/%63allback")},
		{"no path", "https://acme.us.webexconnect.io", "https://acme.us.webexconnect.io", refuse(WrongPath, "")},
		{"a foreign host", "https://contoso.com/callback", "https://contoso.com/callback", refuse(ForeignHost, "contoso.com")},
		{"a look-alike host", "https://acme.us.evilwebexconnect.io/callback",
			"https://acme.us.evilwebexconnect.io/callback", refuse(ForeignHost, "acme.us.evilwebexconnect.io")},
		{"no tenant", "https://webexconnect.io/callback", "https://webexconnect.io/callback", refuse(ForeignHost, "webexconnect.io")},
		{"a letter whose lower case is ASCII", "https://acme.us.web\u212a.io/callback",
			"https://acme.us.web\u212a.io/callback", refuse(NotAURL, "acme.us.web\u212a.io")},
		{"an IP address", "https://10.0.0.1/callback", "https://10.0.0.1/callback", refuse(NotAURL, "10.0.0.1")},
	}
	for _, region := range regions() {
		url := "https://acme." + region + ".webexconnect.io/callback"
		cases = append(cases, parseCase{"region " + region, url, url, nil})
	}
	runParse(t, ParseCallback, cases)
}

func TestParseAssetName(t *testing.T) {
	runParse(t, ParseAssetName, []parseCase{
		{"plain", "Support EU", "Support EU", nil},
		{"brackets stay", "Support (EU)", "Support (EU)", nil},
		{"another script stays", "サポート（東京）", "サポート（東京）", nil},
		{"spaces and quotes", "  “Support\u00a0\u3000EU”\n", "Support EU", nil},
		{"empty", "\u200b", "", refuse(Empty, "")},
		{"underscore", "support_eu", "support_eu", refuse(HasUnderscore, "")},
		{"an address", " support@contoso.com", "support@contoso.com", refuse(IsAddress, "")},
		{"a URL", "https://x.us.webexconnect.io/callback", "https://x.us.webexconnect.io/callback", refuse(IsAddress, "")},
		{"at a place", "Support @ Berlin", "Support @ Berlin", nil},
	})
	if got := DefaultAssetName("help_desk@contoso.com"); got != "help-desk" {
		t.Errorf("default: %q", got)
	}
}
