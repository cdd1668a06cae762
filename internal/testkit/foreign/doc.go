// Package foreign runs programs that nobody here wrote against the sandbox:
// Microsoft's sign-in library for Node.js at its Entra ID, curl and msmtp at
// its SMTP submission. What they accept and how they refuse shows that the
// sandbox speaks the real protocols, and not just wxmail's reading of them.
// They run by `make foreign`, which needs node, curl and msmtp.
package foreign
