// Package directory holds the words of Entra ID: applications, grants,
// policies and refusals as values, and the verbs that change them. It knows no
// SDK and no network; package graph speaks to Microsoft Graph in these words.
package directory
