// Package days plays what nobody wrote down: days in the life of one tenant
// with two mailboxes, drawn at random. wxmail sets mailboxes up, moves them,
// rotates their secrets, takes them back and comes from another computer,
// while somebody else's hands are in the tenant. After each deed the world is
// judged: whose mail went where, whose objects were touched, and whether what
// wxmail says of somebody is true.
package days
