// Package foreign runs programs that nobody here wrote against the sandbox:
// sign-in libraries of Microsoft's and of others at its Entra ID, Microsoft's
// client of Graph, curl, msmtp and nodemailer at its SMTP submission. What they accept and how they refuse shows that the
// sandbox speaks the real protocols, and not just wxmail's reading of them.
// They run by `make foreign`, which needs node, curl and msmtp.
package foreign
