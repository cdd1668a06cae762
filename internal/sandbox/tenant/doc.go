// Package tenant is the sandbox's model of one Microsoft 365 tenant and one
// Webex Connect tenant: what exists, who may do what, and what time it is.
//
// It holds state and the rules that several services share (replication,
// identity, secrets issued); the wire formats live in the service packages
// beside it. Nothing here is shared with the product: sharing would hide the
// same mistake on both sides.
//
// One lock guards everything. A service takes it for the whole of a request's
// reading and writing of the model, and never holds it across a network call.
package tenant
