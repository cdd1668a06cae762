// Package sandbox is a Microsoft 365 tenant and a Webex Connect tenant in one
// process: Entra ID, Microsoft Graph, the Exchange admin route, SMTP
// submission with mail routing, and a Webex Connect asset page.
//
// It answers, on loopback only, to Microsoft's own host names: a client needs
// another dialer and another CA, which the written cloud.json names, and
// nothing else. It imports no package of the product and shares no code with
// it. All state is in memory.
package sandbox
