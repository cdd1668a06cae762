// Package mailflow holds the words of Exchange Online: mailboxes, outbound
// policies, mail flow rules and refusals as values, and the one judge of what
// they mean for mail. It knows no network; package exchange runs the cmdlets,
// package submit speaks SMTP.
package mailflow
