package mailflow

import "slices"

// TraceEnded says whether the message trace has made up its mind about a
// message.
// https://learn.microsoft.com/powershell/module/exchange/get-messagetracev2
func TraceEnded(status string) bool {
	return !slices.Contains([]string{"Pending", "GettingStatus", "None", ""}, status)
}

// TraceArrived says whether a message has come to a recipient, or to the
// members of one that is a group.
func TraceArrived(status string) bool {
	return slices.Contains([]string{"Delivered", "Resolved", "Expanded"}, status)
}
