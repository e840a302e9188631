// Package journey is what tests of the whole program share: Earshot in a process of its own that can be killed, clients for
// its API and its pages, made-up files to import, invitations prepared in a store, and a browser.
package journey
