// Package cloud knows where Microsoft is: the hosts of each national cloud,
// how they are dialled and trusted, how long to wait, and what time it is
// there. Every connection of the product starts here, so TLS, proxies,
// time-outs, retries, tracing and the typing of errors exist once.
//
// Nothing here, or above, knows whether Microsoft is real: the sandbox is an
// endpoints file whose hosts are dialled elsewhere and trusted through
// another CA.
package cloud
