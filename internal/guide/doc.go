// Package guide is the product: Cisco's guide "Configure Webex Connect Email
// App with Office365 OAuth" as a list of steps (steps.go), each made of
// things, each thing a file: what of it differs, how it is changed and changed
// back, what it stands on, who may write it, and why it matters.
//
// It is pure. A plan is a function of Facts; a change is applied by Hands that
// somebody else holds. So it compiles without SDK and network, and every rule
// is tested beside it by tables.
package guide
