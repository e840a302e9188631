// Package frontend turns typed page structs into HTML: the pages that reps work with, the one page that a contact answers
// on, and the mails that ask. It knows no HTTP, no router and no store: a handler fills a struct and hands it to
// [Frontend.Render].
//
// Every page is a struct that implements [Page], has a template in templates/pages and samples in frontend/gallery; a
// test renders them all. Templates are parsed and tried when the program starts. Pages need no script, and everything they
// load comes from [Frontend.Assets].
package frontend
