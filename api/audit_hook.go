package api

import (
	"bytes"
	"context"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
	"earshot/survey/access"
	"earshot/survey/audit"
)

// auditLog is where acts of administration are written, and read from.
type auditLog interface {
	Begin(ctx context.Context, a audit.Act) (*audit.Entry, error)
	End(ctx context.Context, begun *audit.Entry, r audit.Result) error
	Note(ctx context.Context, a audit.Act, r audit.Result) (*audit.Entry, error)
	auditReader
}

// acts is the route with the name under which the audit log tells of it. It is written down that the act begins, before
// the handler runs, and then what came of it.
func (r route) acts(name string) route {
	r.act = name
	return r
}

// notes is acts for a handler that decides by itself whether and when there is an act: it calls beginAct or noteAct. So it
// is at the doors, where strangers knock, and where a form has buttons that change nothing.
func (r route) notes(name string) route {
	r.act, r.notesItself = name, true
	return r
}

// daily is a route that changes something and is no act of administration: the day's records, and what only shows.
func (r route) daily() route {
	r.isDaily = true
	return r
}

// keyAct is where the act of a request stands in Echo's context.
const keyAct = "earshot.act"

// outcomeWithin is how long it may take to write what came of an act.
const outcomeWithin = 10 * time.Second

// act is what a request does, as far as it is known.
type act struct {
	name string
	// begun is the entry that was written; nil before.
	begun    *audit.Entry
	document string
	changed  []audit.Change
	// unproven says that whoever asked was led to prove who they are first, so that nothing was done.
	unproven bool
}

// audited writes what the route does into the audit log. An act whose beginning cannot be written is not done.
func (s *Server) audited(r route, next echo.HandlerFunc) echo.HandlerFunc {
	if r.act == "" {
		return next
	}
	return func(c echo.Context) error {
		a := &act{name: r.act}
		c.Set(keyAct, a)
		if !r.notesItself {
			if err := s.beginAct(c); err != nil {
				return err
			}
		}
		err := next(c)
		if a.begun != nil {
			s.endAct(c, a, err)
		}
		return err
	}
}

// beginAct writes that the act of the request begins.
func (s *Server) beginAct(c echo.Context) error {
	a := c.Get(keyAct).(*act)
	sent, err := sentWith(c)
	if err != nil {
		return err
	}
	a.begun, err = s.audit.Begin(c.Request().Context(), s.actOf(c, actorOf(c), sent))
	return err
}

// noteAct writes of the act of the request that it is over.
func (s *Server) noteAct(c echo.Context, by audit.Actor, sent []audit.Field, r audit.Result) error {
	_, err := s.audit.Note(c.Request().Context(), s.actOf(c, by, sent), r)
	return err
}

// actOf tells of the act of the request.
func (s *Server) actOf(c echo.Context, by audit.Actor, sent []audit.Field) audit.Act {
	return audit.Act{
		Name: c.Get(keyAct).(*act).name, Actor: by, From: c.RealIP(), Document: documentOf(c), Sent: sent, RequestID: requestID(c),
	}
}

// endAct writes what came of an act. The caller is answered by then, so that a failure is logged; the log then tells of an
// act whose outcome is not known.
func (s *Server) endAct(c echo.Context, a *act, failure error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(c.Request().Context()), outcomeWithin)
	defer cancel()
	result := resultOf(c, failure)
	if a.unproven {
		result = audit.Result{Outcome: audit.Refused, Detail: string(survey.Unauthenticated)}
	}
	if result.Document = a.document; result.Document == "" && a.begun.Document == "" {
		result.Document = documentMade(c)
	}
	if result.Outcome == audit.Done {
		result.Changed = a.changed
	}
	if err := s.audit.End(ctx, a.begun, result); err != nil {
		s.log.ErrorContext(ctx, "the outcome of an act could not be written into the audit log", "request_id", requestID(c),
			"act", a.name, "number", a.begun.Number, "error", err)
	}
}

// resultOf says what came of a request, by its error or by the answer that was written.
func resultOf(c echo.Context, failure error) audit.Result {
	kind, status := survey.Kind(""), c.Response().Status
	if failure != nil {
		kind = failureOf(c, failure).Kind
		status = statusOf(kind)
	}
	if status < http.StatusBadRequest {
		return audit.Result{Outcome: audit.Done}
	}
	if kind == "" {
		kind = kindOfStatus(status)
	}
	if status >= http.StatusInternalServerError {
		return audit.Result{Outcome: audit.Failed, Detail: string(kind)}
	}
	return audit.Result{Outcome: audit.Refused, Detail: string(kind)}
}

// kindOfStatus is the domain's kind that is answered with the status.
func kindOfStatus(status int) survey.Kind {
	for kind, s := range statuses {
		if s == status {
			return kind
		}
	}
	return survey.Internal
}

// actAbout tells the log what the request is about, where its path does not.
func actAbout(c echo.Context, document string) {
	if a, ok := c.Get(keyAct).(*act); ok {
		a.document = document
	}
}

// actUnproven tells the log that nothing was done, for whoever asked has to prove first who they are: the answer, which leads
// there, looks like success.
func actUnproven(c echo.Context) {
	if a, ok := c.Get(keyAct).(*act); ok {
		a.unproven = true
	}
}

// actChanged tells the log of a field that the request changes, from what it was to what it is to be.
func actChanged(c echo.Context, field, was, is string) {
	if a, ok := c.Get(keyAct).(*act); ok && was != is {
		a.changed = append(a.changed, audit.Change{Field: field, Was: was, Is: is})
	}
}

// actorOf is whom the guard let in.
func actorOf(c echo.Context) audit.Actor {
	if who, ok := c.Get(keyRep).(*access.Rep); ok {
		return repActor(who)
	}
	if key, ok := c.Get(keyAPIKey).(*access.APIKey); ok {
		return audit.Actor{Kind: audit.APIKey, ID: key.ID, Name: key.Name + " (" + key.Prefix + "…)"}
	}
	return audit.Actor{Kind: audit.Stranger}
}

// repActor is a rep as the log tells of one.
func repActor(who *access.Rep) audit.Actor {
	return audit.Actor{Kind: audit.Rep, ID: who.ID, Name: who.Name}
}

// documentParams are the parameters of a path, and the fields of a form, that say what a request is about.
var documentParams = []string{"id", "external_id", "email", "document"}

// documentOf is what a request is about, as its path or its form says; empty where neither does. A secret in a path is
// never looked at.
func documentOf(c echo.Context) string {
	for _, name := range documentParams {
		if value := c.Param(name); value != "" {
			return value
		}
	}
	for _, name := range []string{"id", "document", "email"} {
		if value := c.Request().PostForm.Get(name); value != "" {
			return value
		}
	}
	return ""
}

// documentMade is what a request has made, as the answer says where it is; empty where it does not.
func documentMade(c echo.Context) string {
	u, err := url.Parse(c.Response().Header().Get(echo.HeaderLocation))
	if err != nil {
		return ""
	}
	if last := path.Base(u.Path); strings.Contains(last, "_") {
		return last
	}
	return ""
}

// sentWith returns what was sent with the request, in its query and in a form or a JSON document of the size of one
// document. Files and long bodies are not read.
func sentWith(c echo.Context) ([]audit.Field, error) {
	req := c.Request()
	sent := audit.FieldsOf(req.URL.Query())
	media, _, _ := mime.ParseMediaType(req.Header.Get(echo.HeaderContentType))
	switch media {
	case echo.MIMEApplicationForm:
		if _, err := c.FormParams(); err != nil {
			return nil, formError(err)
		}
		sent = slices.Concat(sent, audit.FieldsOf(req.PostForm))
	case echo.MIMEApplicationJSON:
		body, err := io.ReadAll(io.LimitReader(req.Body, largeBody))
		if err != nil {
			return nil, bodyError(err)
		}
		req.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), req.Body))
		sent = slices.Concat(sent, audit.FieldsOfJSON(body))
	}
	return sent, nil
}
