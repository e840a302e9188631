package api

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/access"
)

// page answers with a page for reps. It is rendered whole before the first byte goes out.
func (s *Server) page(c echo.Context, status int, p frontend.Page) error {
	// Without a referrer browsers send a form's Origin as "null", by which nobody could tell our own forms from others'
	// where Sec-Fetch-Site is missing: on plain HTTP.
	c.Response().Header().Set("Referrer-Policy", "same-origin")
	return s.render(c, status, s.frontend, s.frontend.PolicyOf(p), p)
}

// contactPage answers with a page for contacts, in the installation's colours.
func (s *Server) contactPage(c echo.Context, status int, p frontend.Page) error {
	dressed, err := s.frontend.Dressed(s.look.LookInForce(c.Request().Context()).Accent)
	if err != nil {
		return err
	}
	return s.render(c, status, dressed, dressed.ContactPolicy(), p)
}

// render renders p and sends it with a policy that says what it may load.
func (s *Server) render(c echo.Context, status int, by *frontend.Frontend, policy string, p frontend.Page) error {
	buffer := s.buffers.Get().(*bytes.Buffer)
	defer s.buffers.Put(buffer)
	buffer.Reset()
	if err := by.Render(buffer, p); err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set(echo.HeaderContentSecurityPolicy, policy)
	header.Set(echo.HeaderCacheControl, "no-store")
	return c.HTMLBlob(status, buffer.Bytes())
}

// logFailure logs what a page tells the reader in its own words.
func (s *Server) logFailure(c echo.Context, err error) {
	s.log.ErrorContext(c.Request().Context(), "request failed", "request_id", requestID(c), "kind", survey.KindOf(err), "error", causeOf(err))
}

// newBuffers returns where pages are rendered into.
func newBuffers() *sync.Pool { return &sync.Pool{New: func() any { return new(bytes.Buffer) }} }

// noticeParam carries, over a redirect, what is said above the next page.
const noticeParam = "notice"

// notices are what can be said above a page after something was done. Only these can: a link from outside says nothing of
// its own.
var notices = map[string]frontend.Notice{
	"saved":             {Tone: frontend.Good, Text: "Saved."},
	"counted":           {Tone: frontend.Good, Text: "It counts from now on."},
	"set_aside":         {Tone: frontend.Good, Text: "It is set aside again, and not counted."},
	"given":             {Tone: frontend.Good, Text: "Saved. The customer belongs to somebody whose customers you do not see."},
	"deleted":           {Tone: frontend.Good, Text: "Deleted."},
	"asked":             {Tone: frontend.Good, Text: "The question is on its way."},
	"kept":              {Tone: frontend.Good, Text: "The mail is kept and not sent: no mail server is set.", Link: frontend.Link{Text: "See the kept mails", URL: frontend.PathKeptMails}},
	"confirmed":         {Tone: frontend.Good, Text: "Confirmed. They may be asked from now on."},
	"recorded":          {Tone: frontend.Good, Text: "Recorded."},
	"snoozed":           {Tone: frontend.Good, Text: "Snoozed. A sign of life brings the customer back at once."},
	"awake":             {Tone: frontend.Good, Text: "Not snoozed any more."},
	"nothing_missing":   {Tone: frontend.Good, Text: "Noted. What is usual is learnt anew, and the alarms that were held are judged again within moments."},
	"feed_over":         {Tone: frontend.Good, Text: "That feed is not watched any more. If something arrives by it, it begins anew."},
	"pause_declared":    {Tone: frontend.Good, Text: "Nothing is expected of that feed on these days."},
	"feed_back":         {Tone: frontend.Neutral, Text: "That feed has no notice any more."},
	"list_chosen":       {Tone: frontend.Good, Text: "Chosen. It comes into force within minutes."},
	"closed":            {Tone: frontend.Good, Text: "Closed. Links to it take no more answers."},
	"reopened":          {Tone: frontend.Good, Text: "Open again."},
	"paused":            {Tone: frontend.Good, Text: "Paused."},
	"resumed":           {Tone: frontend.Good, Text: "Running again."},
	"started":           {Tone: frontend.Good, Text: "Started. This page shows how far it is when you reload it."},
	"restarted":         {Tone: frontend.Good, Text: "Started again. What still fails appears below as failing."},
	"restarted_already": {Tone: frontend.Neutral, Text: "Somebody has started it again already."},
	"revoked":           {Tone: frontend.Good, Text: "Revoked."},
	"resent":            {Tone: frontend.Good, Text: "It is being sent again."},
	"trying":            {Tone: frontend.Neutral, Text: "The mail server is being tried. Reload this page to see what came of it."},
	"let_go":            {Tone: frontend.Good, Text: "Mails go out again. They are counted anew from now on."},
	"mails_go":          {Tone: frontend.Good, Text: "Mails go out again already."},
	"withheld":          {Tone: frontend.Good, Text: "What waited is withheld: none of it goes out."},
	"decided":           {Tone: frontend.Good, Text: "Decided. What is still listed as uncertain was not meant, or is over and cannot be sent again."},
	"none_chosen":       {Tone: frontend.Warning, Text: "No mail was chosen: tick those that you mean."},
	"resolved":          {Tone: frontend.Good, Text: "It counts as sent."},
	"suppressed":        {Tone: frontend.Good, Text: "No more mail goes there."},
	"welcome":           {Tone: frontend.Good, Text: "Welcome. You are the first admin of this installation."},
	"by_recovery":       {Tone: frontend.Warning, Text: "You came in by a recovery code, which is used up now.", Link: frontend.Link{Text: "See how many are left", URL: frontend.PathFactors}},
	"signed_out":        {Tone: frontend.Neutral, Text: "You are logged out here.", Link: frontend.Link{Text: "Log out where you signed on, too", URL: frontend.PathSignOut}},
	"factors_gone":      {Tone: frontend.Good, Text: "The second factor is taken away. They are logged out everywhere."},
	"way_in":            {Tone: frontend.Warning, Text: "You are in, as an admin. Set up a second factor now, and another password: where you have forgotten the present one, by earshot admin reset-password."},
	"bye":               {Tone: frontend.Neutral, Text: "You are logged out."},
	"logged_out":        {Tone: frontend.Good, Text: "Logged out there."},
	"password_set":      {Tone: frontend.Good, Text: "Your password is set, and you are logged out everywhere. Log in with it."},
	"login":             {Tone: frontend.Neutral, Text: "Log in to go on."},
	"new_version":       {Tone: frontend.Good, Text: "Saved as a new version. Invitations that are out keep the version that they were made with."},
}

// shell is what the pages of the logged-in rep have around them.
func (s *Server) shell(c echo.Context, section string) frontend.Shell {
	shell := frontend.Shell{Section: section, Notice: notices[c.QueryParam(noticeParam)], Kept: !s.here.Sends()}
	if who, ok := c.Get(keyRep).(*access.Rep); ok {
		shell.MailAlarm, shell.BrakeAlarm, shell.MailboxAlarm = s.mailAlarm(c), s.brakeAlarm(c), s.mailboxAlarm(c)
		shell.User = userOf(who, viewerOf(c))
		if shell.MailAlarm != nil && !shell.User.Works {
			shell.MailAlarm.Try = frontend.Action{}
		}
	}
	return shell
}

// seeOther sends the browser on after a form, with something to say there.
func seeOther(c echo.Context, path, notice string) error {
	if notice != "" {
		u, err := url.Parse(path)
		if err != nil {
			return err
		}
		query := u.Query()
		query.Set(noticeParam, notice)
		u.RawQuery = query.Encode()
		path = u.String()
	}
	return c.Redirect(http.StatusSeeOther, path)
}

// Bounds of what pages remember, so that they need not ask the store for names that hardly change: how long, and how many.
const (
	memoryTime = 10 * time.Second
	memorySize = 1000
)

// knowsRep says whether the rep's name is remembered.
func (s *Server) knowsRep(now time.Time, id survey.RepID) bool {
	_, known := s.repNames.Get(now, id)
	return known
}

// allReps returns all reps, and remembers their names.
func (s *Server) allReps(ctx context.Context) ([]*access.Rep, error) {
	reps, err := s.staff.Reps(ctx)
	for _, r := range reps {
		s.repNames.Put(s.here.Now(), survey.RepID(r.ID), r.Name)
	}
	return reps, err
}

// learnReps remembers the names of these reps, so that a list need not ask for one after the other.
func (s *Server) learnReps(c echo.Context, ids ...survey.RepID) {
	now := s.here.Now()
	if !slices.ContainsFunc(ids, func(id survey.RepID) bool { return id != "" && !s.knowsRep(now, id) }) {
		return
	}
	if _, err := s.allReps(c.Request().Context()); err != nil {
		s.log.Warn("the names of reps could not be read", "error", err)
		return
	}
	for _, id := range ids {
		if !s.knowsRep(now, id) {
			s.repNames.Put(now, id, "") // there is no such rep any more
		}
	}
}

// repName returns the name of a rep, or nothing if there is none or it cannot be read now: pages do without. Who is not
// remembered is read together with all others, for a list will ask for them too.
func (s *Server) repName(c echo.Context, id survey.RepID) string {
	if id == "" {
		return ""
	}
	name, known := s.repNames.Get(s.here.Now(), id)
	if !known {
		s.learnReps(c, id)
		name, _ = s.repNames.Get(s.here.Now(), id)
	}
	return name
}

// writeErrorPage answers with a failure as a page. Who is not logged in is shown the way in instead, and comes back.
func (s *Server) writeErrorPage(c echo.Context, p problem) error {
	if p.Status == http.StatusUnauthorized {
		return toLogin(c)
	}
	if err := s.recognise(c); err != nil {
		c.Set(keyRep, nil)
	}
	return s.page(c, p.Status, frontend.ErrorPage{
		Shell: s.shell(c, ""), Status: p.Status, Message: p.told(), RequestID: p.RequestID,
	})
}
