// Package foreign runs programs that nobody here wrote against the sandbox:
// sign-in libraries of Microsoft's and of others at its Entra ID, Microsoft's
// client of Graph, curl, msmtp and nodemailer at its SMTP submission. What they
// accept and how they refuse shows that the sandbox speaks the real protocols,
// and not just wxmail's reading of them. To wxmail, servers that nobody here
// wrote stand in Microsoft's place: an OpenID provider, submission, a proxy,
// certificates that are not in order. All run by `make foreign`, which needs
// node, curl, msmtp, tinyproxy and Dovecot.
package foreign
