package cloud

import "time"

// DefaultName is the cloud that is meant when none is named.
const DefaultName = "public"

// environments are Microsoft's clouds by name, the default first. It is the
// one list of them: Names, Load, the flags and the error texts come from it.
//
// Authority and Graph hosts: https://learn.microsoft.com/graph/deployments and
// https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud.
// Exchange hosts: https://learn.microsoft.com/exchange/reference/admin-api-get-started
// (of the supported Admin API; that the InvokeCommand route answers there too
// outside the public cloud is UNCONFIRMED).
var environments = []struct {
	name     string
	describe func() Environment
}{
	{DefaultName, public},
	{"usgov", usgov},
	{"usgovdod", usgovdod},
	{"china", china},
}

// Names are the clouds that Load knows by name, the default first, in an
// order that does not change.
func Names() []string {
	var names []string
	for _, row := range environments {
		names = append(names, row.name)
	}
	return names
}

// named gives a fresh description of a named cloud; false for a name that no
// cloud has.
func named(name string) (Environment, bool) {
	for _, row := range environments {
		if row.name == name {
			e := row.describe()
			e.Name, e.Base, e.SMTPPort = name, name, 587
			return e, true
		}
	}
	return Environment{}, false
}

// NamesByInstance are the named clouds whose Entra ID calls itself by that
// cloud_instance_name in a tenant's metadata; more than one may, and none
// where the name is not known.
// https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc
func NamesByInstance(instance string) []string {
	var names []string
	for _, name := range Names() {
		if e, _ := named(name); e.Authority == "https://login."+instance {
			names = append(names, name)
		}
	}
	return names
}

// isNamed says whether a cloud has that name.
func isNamed(name string) bool {
	_, known := named(name)
	return known
}

// usualPace is how long a named cloud is waited for.
func usualPace() Pace {
	return Pace{
		Timeouts:     Timeouts{Request: time.Minute, SignIn: 10 * time.Minute, Settle: time.Minute},
		Retry:        Retry{Base: time.Second, Max: 30 * time.Second},
		PollInterval: time.Second,
		MaxClockSkew: 5 * time.Minute,
	}
}

// public is the worldwide cloud, GCC included. SMTP host and scope:
// https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth
func public() Environment {
	return Environment{
		Authority:     "https://login.microsoftonline.com",
		Graph:         "https://graph.microsoft.com",
		Exchange:      "https://outlook.office365.com",
		ExchangeScope: "https://outlook.office365.com/.default",
		SMTPHost:      "smtp.office365.com",
		SMTPScope:     "https://outlook.office.com/SMTP.Send",

		Portals: Portals{
			AzurePortal:    "https://portal.azure.com",
			EntraPortal:    "https://entra.microsoft.com",
			AdminPortal:    "https://admin.microsoft.com",
			DefenderPortal: "https://security.microsoft.com",
		},
	}
}

// usgov is GCC High. The SMTP host and scope come from a third party's
// product, the portals other than Azure's from memory: UNCONFIRMED.
func usgov() Environment {
	return Environment{
		Authority:     "https://login.microsoftonline.us",
		Graph:         "https://graph.microsoft.us",
		Exchange:      "https://outlook.office365.us",
		ExchangeScope: "https://outlook.office365.us/.default",
		SMTPHost:      "smtp.office365.us",
		SMTPScope:     "https://outlook.office365.us/SMTP.Send",

		Portals: Portals{
			AzurePortal:    "https://portal.azure.us",
			EntraPortal:    "https://entra.microsoft.us",
			AdminPortal:    "https://portal.office365.us",
			DefenderPortal: "https://security.microsoft.us",
		},
		ExchangeEnvironment: "O365USGovGCCHigh",
	}
}

// usgovdod is the US Department of Defense's cloud. UNCONFIRMED: the SMTP
// host and scope, the Exchange scope, the portals other than Azure's.
func usgovdod() Environment {
	return Environment{
		Authority:     "https://login.microsoftonline.us",
		Graph:         "https://dod-graph.microsoft.us",
		Exchange:      "https://outlook-dod.office365.us",
		ExchangeScope: "https://outlook-dod.office365.us/.default",
		SMTPHost:      "outlook-dod.office365.us",
		SMTPScope:     "https://outlook.office365.us/SMTP.Send",

		Portals: Portals{
			AzurePortal:    "https://portal.azure.us",
			EntraPortal:    "https://entra.microsoft.us",
			AdminPortal:    "https://portal.apps.mil",
			DefenderPortal: "https://security.apps.mil",
		},
		ExchangeEnvironment: "O365USGovDoD",
	}
}

// china is the cloud that 21Vianet runs. Microsoft's pages name two authority
// hosts; this is the one of the newer page. UNCONFIRMED: the SMTP host and
// scope, the Exchange scope, the portals other than Azure's.
func china() Environment {
	return Environment{
		Authority:     "https://login.partner.microsoftonline.cn",
		Graph:         "https://microsoftgraph.chinacloudapi.cn",
		Exchange:      "https://outlook.office365.cn",
		ExchangeScope: "https://outlook.office365.cn/.default",
		SMTPHost:      "partner.outlook.cn",
		SMTPScope:     "https://partner.outlook.cn/SMTP.Send",

		Portals: Portals{
			AzurePortal:    "https://portal.azure.cn",
			EntraPortal:    "https://entra.microsoftonline.cn",
			AdminPortal:    "https://portal.partner.microsoftonline.cn",
			DefenderPortal: "https://security.microsoft.cn",
		},
		ExchangeEnvironment: "O365China",
	}
}
