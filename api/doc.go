// Package api serves Earshot over HTTP: the JSON API of openapi.yaml, and the pages of reps and respondents. It is the
// only importer of Echo.
//
// A handler binds, calls and writes: [bind] reads a request strictly into a struct, a method of survey.Service decides,
// and one of the write functions answers. Handlers return errors; [Server.writeError] alone turns them into a problem
// (RFC 9457) or a page. Every route stands in one list, see route, with the guard that lets a caller in beside it.
package api
