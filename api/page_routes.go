package api

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"earshot/analytics/chart"
)

// pageRoutes is what people see: who is let in stands beside each page. A page that only shows is a GET; what changes
// anything is a form and a POST.
func (s *Server) pageRoutes() []route {
	return slices.Concat(s.contactPages(), s.doorPages(), s.customerPages(), s.feedbackPages(), s.askingPages(), s.adminPages())
}

// contactPages are for contacts: who has the link may come in.
func (s *Server) contactPages() []route {
	return []route{
		get("/r/:token", token, s.showAnswer),
		post("/r/:token", token, s.takeAnswer).upTo(largeBody),
		get("/r/:token/", token, s.showAnswer),        // some mail programs take a slash for a part of the link
		get("/r/:token/decline", token, s.showAnswer), // the address that is left in the browser after declining
		post("/r/:token/decline", token, s.declinePage),
		get("/r/:token/unsubscribe", token, s.showUnsubscribe),
		post("/r/:token/unsubscribe", token, s.takeUnsubscribe),
		get("/r/:token/:rest", token, s.mendLink),
	}
}

// doorPages let people in and out, and show everybody what the API is.
func (s *Server) doorPages() []route {
	return []route{
		get("/static/:name", public, s.asset),
		get("/logo/:name", public, s.logoPicture),
		get("/docs", public, s.docsPage),
		get("/setup/:token", token, s.setupPage),
		post("/setup/:token", token, s.setUp),
		get("/login", public, s.loginPage),
		post("/login", public, s.logIn),
		post("/logout", rep, s.logOut),
		get("/account", rep, s.accountPage),
		post("/account", rep, s.changePassword),
		post("/account/calls", rep, s.saveCalls),
	}
}

// customerPages are Today, what lies behind its list, and the customers, with all that belongs to one.
func (s *Server) customerPages() []route {
	return []route{
		get("/", rep, s.todayPage),
		get("/quiet/capacity", rep, s.capacityPage),
		post("/quiet/capacity", admin, s.chooseCapacity),
		get("/quiet/capacity.svg", rep, bound(s.capacitySVG)),
		get("/quiet/report", rep, s.reportPage),
		get("/quiet/report.svg", rep, bound(s.reportSVG)),
		get("/customers", rep, s.customersPage),
		post("/customers", rep, s.addCustomer),
		get("/customers/new", rep, s.newCustomerPage),
		get("/customers/:id", rep, s.customerPage),
		post("/customers/:id", rep, s.editCustomer),
		get("/customers/:id/edit", rep, s.editCustomerPage),
		post("/customers/:id/delete", admin, s.removeCustomer),
		get("/customers/:id/silence.svg", rep, bound(s.silenceSVG)),
		post("/customers/:id/ask", rep, s.askCustomer),
		post("/customers/:id/snooze", rep, s.snoozeCustomer),
		post("/customers/:id/wake", rep, s.wakeCustomer),
		post("/customers/:id/touchpoints", rep, s.addTouchpoint),
		post("/touchpoints/:id/delete", rep, s.removeTouchpoint),
		get("/customers/:id/contacts/new", rep, s.newContactPage),
		post("/customers/:id/contacts", rep, s.addContact),
		get("/contacts/:id", rep, s.editContactPage),
		post("/contacts/:id", rep, s.editContact),
		post("/contacts/:id/confirm", rep, s.confirmContact),
		post("/contacts/:id/delete", rep, s.removeContact),
	}
}

// feedbackPages are the answers and the figures made from them.
func (s *Server) feedbackPages() []route {
	return []route{
		get("/feedback", rep, s.feedbackPage),
		get("/feedback/trend.svg", rep, s.trendImage(asSVG)),
		get("/feedback/trend.png", rep, s.trendImage(asPNG)),
		get("/feedback/distribution.svg", rep, s.spreadImage(asSVG)),
		get("/feedback/distribution.png", rep, s.spreadImage(asPNG)),
		get("/feedback/segments.svg", rep, s.groupsImage(chart.BySegment, asSVG)),
		get("/feedback/reps.svg", rep, s.groupsImage(chart.ByRep, asSVG)),
		get("/responses", rep, s.responsesPage),
		get("/responses/:id", rep, s.responsePage),
	}
}

// askingPages are what is asked, of whom, and what became of it.
func (s *Server) askingPages() []route {
	return []route{
		get("/surveys", rep, s.surveysPage),
		get("/surveys/new", admin, s.newSurveyPage),
		post("/surveys/new", admin, s.editNewSurvey).upTo(largeBody),
		post("/surveys/template", admin, s.useTemplate),
		get("/surveys/:id", rep, s.surveyPage),
		get("/surveys/:id/preview", rep, s.previewSurvey),
		get("/surveys/:id/edit", admin, s.editSurveyPage),
		post("/surveys/:id/edit", admin, s.editSurvey).upTo(largeBody),
		get("/surveys/:id/mail", admin, s.surveyMailPage),
		get("/surveys/:id/mail/html", admin, s.surveyMailHTML),
		post("/surveys/:id/mail/test", admin, s.testSurveyMail).long(),
		post("/surveys/:id/close", admin, s.closeSurveyPage),
		post("/surveys/:id/reopen", admin, s.reopenSurveyPage),
		get("/pulses", rep, s.pulsesPage),
		get("/pulses/new", admin, s.newPulsePage),
		get("/pulses/forecast", rep, s.forecastPage),
		post("/pulses/new", admin, s.makePulse),
		get("/pulses/:id", rep, s.pulsePage),
		get("/pulses/:id/edit", admin, s.editPulsePage),
		post("/pulses/:id/edit", admin, s.editPulse),
		post("/pulses/:id/pause", admin, s.pulseAction("paused", s.pausePulsePage)),
		post("/pulses/:id/resume", admin, s.pulseAction("resumed", s.resumePulsePage)),
		post("/pulses/:id/run", admin, s.pulseAction("started", s.runPulsePage)),
		post("/pulses/:id/delete", admin, s.deletePulsePage),
		get("/invitations", rep, s.invitationsPage),
		get("/invitations.csv", rep, s.invitationsTable).long(),
		post("/invitations/resolve", rep, s.decideUncertain).long(),
		post("/invitations/withhold", admin, s.withholdWaiting).long(),
		get("/invitations/:id", rep, s.invitationPage),
		post("/invitations/:id/resend", rep, s.resolveMail(true, "resent")),
		post("/invitations/:id/leave", rep, s.resolveMail(false, "resolved")),
		post("/invitations/:id/revoke", rep, s.revokeInvitationPage),
		get("/received-mails", rep, s.receivedMailsPage),
		get("/kept-mails", rep, s.keptMailsPage),
		get("/kept-mails/:id", rep, s.keptMailPage),
		get("/kept-mails/:id/html", rep, s.keptMailHTML),
		get("/suppressions", rep, s.suppressionsPage),
		get("/suppressions/history", rep, s.suppressionHistoryPage),
		get("/suppressions.csv", rep, s.suppressionsTable).long(),
		post("/suppressions", rep, s.addSuppression),
		post("/suppressions/lift", admin, s.liftSuppression),
	}
}

// adminPages are for those who administer.
func (s *Server) adminPages() []route {
	return []route{
		get("/settings", admin, s.settingsPage),
		post("/settings/reps", admin, s.addRep),
		get("/settings/reps/:id", admin, s.repPage),
		post("/settings/reps/:id", admin, s.changeRep),
		post("/settings/reps/:id/disable", admin, s.disableRep(true)),
		post("/settings/reps/:id/enable", admin, s.disableRep(false)),
		post("/settings/keys", admin, s.addKey),
		post("/settings/keys/revoke", admin, s.revokeKey),
		get("/settings/mail", admin, s.mailCheckPage),
		post("/settings/mail/release", admin, s.releaseBrakeNow),
		get("/settings/look", admin, s.lookPage),
		post("/settings/look", admin, s.saveLook).upTo(largeBody),
		post("/settings/mail/test", admin, s.sendTestMail).long(),
		get("/imports", admin, s.importsPage),
		post("/imports", admin, s.upload).upTo(s.maxUpload).long(),
		get("/imports/:id", admin, s.importPage),
		post("/imports/:id/cancel", admin, s.cancelImportPage),
		get("/imports/:id/refused", admin, s.refusedRowsPage).long(),
		get("/imports/uploads/:id", admin, s.mappingPage).long(),
		post("/imports/uploads/:id", admin, s.checkMapping).long(),
		post("/imports/uploads/:id/start", admin, s.startImport),
		post("/imports/uploads/:id/cancel", admin, s.cancelUpload),
		post("/relay/try", rep, s.tryRelayNow),
		get("/feeds", rep, s.feedsPage),
		post("/feeds/:id/accept", admin, s.acceptFeedPage),
		post("/feeds/:id/end", admin, s.endFeedPage),
		post("/feeds/:id/pause", admin, s.pauseFeedPage),
		get("/effects", admin, s.effectsPage),
		post("/effects/restart", admin, s.restartOne),
		post("/effects/restart-all", admin, s.restartAll).long(),
		get("/gallery", admin, s.galleryPage),
		get("/gallery/:id", admin, s.gallerySample),
	}
}

// get is a page.
func get(path string, g guard, h echo.HandlerFunc) route {
	return route{method: http.MethodGet, path: path, guard: g, handler: h}
}

// post takes a form of a few fields.
func post(path string, g guard, h echo.HandlerFunc) route {
	return route{method: http.MethodPost, path: path, guard: g, handler: h, body: smallBody}
}

// upTo is the route with another limit for its body, in bytes.
func (r route) upTo(body int64) route {
	r.body = body
	return r
}

// long is the route with bulkTime instead of normalTime.
func (r route) long() route {
	r.time = bulkTime
	return r
}
