package cloud

import (
	"slices"
	"time"
)

// DefaultName is the cloud that is meant when none is named.
const DefaultName = "public"

// Names are the clouds that Load knows by name.
func Names() []string { return []string{DefaultName, "usgov", "usgovdod", "china"} }

func isNamed(name string) bool { return slices.Contains(Names(), name) }

// named gives a fresh description of a named cloud with the usual patience.
//
// Authority and Graph hosts: https://learn.microsoft.com/graph/deployments and
// https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud.
// Exchange hosts: https://learn.microsoft.com/exchange/reference/admin-api-get-started
// (of the supported Admin API; that the InvokeCommand route answers there too
// outside the public cloud is UNCONFIRMED).
func named(name string) *Endpoints {
	e := map[string]func() *Endpoints{
		DefaultName: public, "usgov": usgov, "usgovdod": usgovdod, "china": china,
	}[name]()
	e.Name, e.Base = name, name
	e.SMTPPort = 587
	e.Timeouts = Timeouts{Request: time.Minute, SignIn: 10 * time.Minute}
	e.Retry = Retry{Base: time.Second, Max: 30 * time.Second}
	e.PollInterval = time.Second
	e.MaxClockSkew = 5 * time.Minute
	return e
}

// public is the worldwide cloud, GCC included.
func public() *Endpoints {
	return &Endpoints{
		Authority:      "https://login.microsoftonline.com",
		Graph:          "https://graph.microsoft.com",
		Exchange:       "https://outlook.office365.com",
		ExchangeScope:  "https://outlook.office365.com/.default",
		SMTPHost:       "smtp.office365.com",
		SMTPScope:      "https://outlook.office.com/SMTP.Send",
		AzurePortal:    "https://portal.azure.com",
		EntraPortal:    "https://entra.microsoft.com",
		AdminPortal:    "https://admin.microsoft.com",
		DefenderPortal: "https://security.microsoft.com",
	}
}

// usgov is GCC High. The SMTP host and scope come from a third party's
// product, the portals other than Azure's from memory: UNCONFIRMED.
func usgov() *Endpoints {
	return &Endpoints{
		Authority:      "https://login.microsoftonline.us",
		Graph:          "https://graph.microsoft.us",
		Exchange:       "https://outlook.office365.us",
		ExchangeScope:  "https://outlook.office365.us/.default",
		SMTPHost:       "smtp.office365.us",
		SMTPScope:      "https://outlook.office365.us/SMTP.Send",
		AzurePortal:    "https://portal.azure.us",
		EntraPortal:    "https://entra.microsoft.us",
		AdminPortal:    "https://portal.office365.us",
		DefenderPortal: "https://security.microsoft.us",

		ExchangeEnvironment: "O365USGovGCCHigh",
	}
}

// usgovdod is the US Department of Defense's cloud. UNCONFIRMED: the SMTP
// host and scope, the Exchange scope, the portals other than Azure's.
func usgovdod() *Endpoints {
	return &Endpoints{
		Authority:      "https://login.microsoftonline.us",
		Graph:          "https://dod-graph.microsoft.us",
		Exchange:       "https://outlook-dod.office365.us",
		ExchangeScope:  "https://outlook-dod.office365.us/.default",
		SMTPHost:       "outlook-dod.office365.us",
		SMTPScope:      "https://outlook.office365.us/SMTP.Send",
		AzurePortal:    "https://portal.azure.us",
		EntraPortal:    "https://entra.microsoft.us",
		AdminPortal:    "https://portal.apps.mil",
		DefenderPortal: "https://security.apps.mil",

		ExchangeEnvironment: "O365USGovDoD",
	}
}

// china is the cloud that 21Vianet runs. Microsoft's pages name two authority
// hosts; this is the one of the newer page. UNCONFIRMED: the SMTP host and
// scope, the Exchange scope, the portals other than Azure's.
func china() *Endpoints {
	return &Endpoints{
		Authority:      "https://login.partner.microsoftonline.cn",
		Graph:          "https://microsoftgraph.chinacloudapi.cn",
		Exchange:       "https://outlook.office365.cn",
		ExchangeScope:  "https://outlook.office365.cn/.default",
		SMTPHost:       "partner.outlook.cn",
		SMTPScope:      "https://partner.outlook.cn/SMTP.Send",
		AzurePortal:    "https://portal.azure.cn",
		EntraPortal:    "https://entra.microsoftonline.cn",
		AdminPortal:    "https://portal.partner.microsoftonline.cn",
		DefenderPortal: "https://security.microsoft.cn",

		ExchangeEnvironment: "O365China",
	}
}
