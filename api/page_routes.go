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
		get(securityTxtPath, public, s.securityTxt),
		get("/docs", public, s.docsPage),
		get("/setup/:token", token, s.setupPage),
		post("/setup/:token", token, s.setUp).notes("first_admin.created"),
		get("/login", public, s.loginPage),
		post("/login", public, s.logIn).notes("rep.login"),
		post("/logout", rep, s.logOut).acts("rep.logout"),
		get("/account", rep, s.accountPage),
		post("/account", rep, s.changePassword).acts("password.changed"),
		post("/account/calls", rep, s.saveCalls).acts("rep.calls_chosen"),
		get("/forgot", public, s.forgotPage),
		post("/forgot", public, s.askReset).daily(),
		get("/reset/:token", token, s.resetPage),
		post("/reset/:token", token, s.resetPassword).notes("password.reset"),
		post("/account/sessions/end", rep, s.endSession).acts("session.ended"),
		post("/account/sessions/end-others", rep, s.endOtherSessions).acts("sessions.ended"),
		get("/login/second", public, s.secondStepPage),
		post("/login/second", public, s.takeSecondStep).notes("rep.login"),
		post("/login/passkey", public, s.loginByPasskey).notes("rep.login"),
		get("/login/sso", public, s.beginSignOn),
		get("/login/sso/callback", public, s.endSignOn).notes("rep.login"),
		get("/logout/sso", public, s.signOut),
		get("/way-in/:token", token, s.wayInPage),
		post("/way-in/:token", token, s.comeIn).notes("rep.way_in_used"),
		get("/account/confirm", rep, s.confirmPage),
		post("/account/confirm", rep, s.takeProof).daily(),
		get("/account/factors", rep, s.factorsPage),
		post("/account/factors/app", rep, s.afterProof(s.offerApp)).daily(),
		get("/account/factors/app", rep, s.afterProof(s.appPage)),
		post("/account/factors/app/confirm", rep, s.afterProof(s.confirmApp)).acts("app.added"),
		post("/account/factors/app/remove", rep, s.afterProof(s.removeApp)).acts("app.removed"),
		post("/account/factors/passkeys", rep, s.afterProof(s.addPasskey)).acts("passkey.added"),
		post("/account/factors/passkeys/remove", rep, s.afterProof(s.removePasskey)).acts("passkey.removed"),
		post("/account/factors/recovery", rep, s.afterProof(s.renewRecovery)).acts("recovery.renewed"),
	}
}

// customerPages are Today, what lies behind its list, and the customers, with all that belongs to one.
func (s *Server) customerPages() []route {
	return []route{
		get("/", see, s.todayPage),
		get("/quiet/capacity", whole, s.capacityPage),
		post("/quiet/capacity", admin, s.chooseCapacity).acts("quiet.length_chosen"),
		get("/quiet/capacity.svg", whole, bound(s.capacitySVG)),
		get("/quiet/report", see, s.reportPage),
		get("/quiet/report.svg", see, bound(s.reportSVG)),
		get("/customers", see, s.customersPage),
		post("/customers", work, s.addCustomer),
		get("/customers/new", work, s.newCustomerPage),
		get("/customers/:id", see, s.customerPage).of(s.ownerOfCustomer),
		post("/customers/:id", work, s.editCustomer).of(s.ownerOfCustomer),
		get("/customers/:id/edit", work, s.editCustomerPage).of(s.ownerOfCustomer),
		post("/customers/:id/delete", admin, s.removeCustomer).acts("customer.deleted"),
		get("/customers/:id/silence.svg", see, bound(s.silenceSVG)).of(s.ownerOfCustomer),
		post("/customers/:id/ask", work, s.askCustomer).of(s.ownerOfCustomer),
		post("/customers/:id/snooze", work, s.snoozeCustomer).of(s.ownerOfCustomer),
		post("/customers/:id/wake", work, s.wakeCustomer).of(s.ownerOfCustomer),
		post("/customers/:id/touchpoints", work, s.addTouchpoint).of(s.ownerOfCustomer),
		post("/touchpoints/:id/delete", work, s.removeTouchpoint).of(s.ownerOfTouchpoint).acts("touchpoint.deleted"),
		get("/customers/:id/contacts/new", work, s.newContactPage).of(s.ownerOfCustomer),
		post("/customers/:id/contacts", work, s.addContact).of(s.ownerOfCustomer),
		get("/contacts/:id", work, s.editContactPage).of(s.ownerOfContact),
		post("/contacts/:id", work, s.editContact).of(s.ownerOfContact),
		post("/contacts/:id/confirm", work, s.confirmContact).of(s.ownerOfContact),
		post("/contacts/:id/delete", work, s.removeContact).of(s.ownerOfContact).acts("contact.deleted"),
	}
}

// feedbackPages are the answers and the figures made from them.
func (s *Server) feedbackPages() []route {
	return []route{
		get("/feedback", see, s.feedbackPage),
		get("/feedback/trend.svg", see, s.trendImage(asSVG)),
		get("/feedback/trend.png", see, s.trendImage(asPNG)),
		get("/feedback/distribution.svg", see, s.spreadImage(asSVG)),
		get("/feedback/distribution.png", see, s.spreadImage(asPNG)),
		get("/feedback/segments.svg", see, s.groupsImage(chart.BySegment, asSVG)),
		get("/feedback/reps.svg", see, s.groupsImage(chart.ByRep, asSVG)),
		get("/responses", see, s.responsesPage),
		get("/responses/:id", see, s.responsePage).of(s.ownerOfResponse),
		post("/responses/:id/count", manage, s.countResponse).of(s.ownerOfResponse).acts("response.counted"),
		post("/responses/:id/set-aside", manage, s.setAsideAgain).of(s.ownerOfResponse).acts("response.set_aside"),
	}
}

// askingPages are what is asked, of whom, and what became of it.
func (s *Server) askingPages() []route {
	return []route{
		get("/surveys", see, s.surveysPage),
		get("/surveys/new", admin, s.newSurveyPage),
		post("/surveys/new", admin, s.editNewSurvey).upTo(largeBody).notes("survey.created"),
		post("/surveys/template", admin, s.useTemplate).acts("survey.created"),
		get("/surveys/:id", see, s.surveyPage),
		get("/surveys/:id/preview", see, s.previewSurvey),
		get("/surveys/:id/edit", admin, s.editSurveyPage),
		post("/surveys/:id/edit", admin, s.editSurvey).upTo(largeBody).notes("survey.changed"),
		get("/surveys/:id/mail", admin, s.surveyMailPage),
		get("/surveys/:id/mail/html", admin, s.surveyMailHTML),
		post("/surveys/:id/mail/test", admin, s.testSurveyMail).long().acts("mail.test_sent"),
		post("/surveys/:id/close", admin, s.closeSurveyPage).acts("survey.closed"),
		post("/surveys/:id/reopen", admin, s.reopenSurveyPage).acts("survey.reopened"),
		get("/pulses", see, s.pulsesPage),
		get("/pulses/new", admin, s.newPulsePage),
		get("/pulses/forecast", see, s.forecastPage),
		post("/pulses/new", admin, s.makePulse).acts("pulse.created"),
		get("/pulses/:id", see, s.pulsePage),
		get("/pulses/:id/edit", admin, s.editPulsePage),
		post("/pulses/:id/edit", admin, s.editPulse).acts("pulse.changed"),
		post("/pulses/:id/pause", admin, s.pulseAction("paused", s.pausePulsePage)).acts("pulse.paused"),
		post("/pulses/:id/resume", admin, s.pulseAction("resumed", s.resumePulsePage)).acts("pulse.resumed"),
		post("/pulses/:id/run", admin, s.pulseAction("started", s.runPulsePage)).acts("pulse.started"),
		post("/pulses/:id/delete", admin, s.deletePulsePage).acts("pulse.deleted"),
		get("/invitations", see, s.invitationsPage),
		get("/invitations.csv", see, s.invitationsTable).long(),
		post("/invitations/resolve", manage, s.decideUncertain).long().acts("invitations.resolved"),
		post("/invitations/withhold", admin, s.withholdWaiting).long().acts("invitations.withheld"),
		get("/invitations/:id", see, s.invitationPage).of(s.ownerOfInvitation),
		post("/invitations/:id/resend", work, s.resolveMail(true, "resent")).of(s.ownerOfInvitation).acts("invitation.resolved"),
		post("/invitations/:id/leave", work, s.resolveMail(false, "resolved")).of(s.ownerOfInvitation).acts("invitation.resolved"),
		post("/invitations/:id/revoke", work, s.revokeInvitationPage).of(s.ownerOfInvitation).acts("invitation.revoked"),
		get("/received-mails", see, s.receivedMailsPage),
		get("/kept-mails", see, s.keptMailsPage),
		get("/kept-mails/:id", see, s.keptMailPage).of(s.ownerOfKeptMail),
		get("/kept-mails/:id/html", see, s.keptMailHTML).of(s.ownerOfKeptMail),
		get("/suppressions", see, s.suppressionsPage),
		get("/suppressions/history", whole, s.suppressionHistoryPage),
		get("/suppressions.csv", whole, s.suppressionsTable).long(),
		post("/suppressions", work, s.addSuppression),
		post("/suppressions/lift", manage, s.liftSuppression).acts("suppression.lifted"),
	}
}

// adminPages are for those who administer.
func (s *Server) adminPages() []route {
	return []route{
		get("/settings", admin, s.settingsPage),
		post("/settings/reps", admin, s.addRep).acts("rep.created"),
		get("/settings/reps/:id", admin, s.repPage),
		post("/settings/reps/:id", admin, s.changeRep).acts("rep.changed"),
		post("/settings/reps/:id/disable", admin, s.disableRep(true)).acts("rep.disabled"),
		post("/settings/reps/:id/enable", admin, s.disableRep(false)).acts("rep.enabled"),
		get("/settings/teams", admin, s.teamsPage),
		post("/settings/teams", admin, s.addTeam).acts("team.created"),
		get("/settings/teams/:id", admin, s.teamPage),
		post("/settings/teams/:id", admin, s.renameTeam).acts("team.changed"),
		post("/settings/teams/:id/delete", admin, s.removeTeam).acts("team.deleted"),
		post("/settings/keys", admin, s.addKey).acts("key.created"),
		post("/settings/keys/revoke", admin, s.revokeKey).acts("key.revoked"),
		post("/settings/keys/rotate", admin, s.rotateKey).acts("key.rotated"),
		get("/settings/audit", admin, s.auditPage),
		get("/settings/audit.csv", admin, s.auditTable).long(),
		post("/settings/reps/:id/sessions/end", admin, s.endSessionsOf).acts("sessions.ended"),
		post("/settings/reps/:id/factors/remove", admin, s.afterProof(s.removeFactors)).acts("factors.removed"),
		get("/settings/mail", admin, s.mailCheckPage),
		post("/settings/mail/release", admin, s.releaseBrakeNow).acts("brake.released"),
		get("/settings/look", admin, s.lookPage),
		post("/settings/look", admin, s.saveLook).upTo(largeBody).acts("look.changed"),
		post("/settings/mail/test", admin, s.sendTestMail).long().acts("mail.test_sent"),
		get("/imports", admin, s.importsPage),
		post("/imports", admin, s.upload).upTo(s.maxUpload).long().acts("import.uploaded"),
		get("/imports/:id", admin, s.importPage),
		post("/imports/:id/cancel", admin, s.cancelImportPage).acts("import.cancelled"),
		get("/imports/:id/refused", admin, s.refusedRowsPage).long(),
		get("/imports/uploads/:id", admin, s.mappingPage).long(),
		post("/imports/uploads/:id", admin, s.checkMapping).long().daily(),
		post("/imports/uploads/:id/start", admin, s.startImport).acts("import.started"),
		post("/imports/uploads/:id/cancel", admin, s.cancelUpload).acts("import.dropped"),
		post("/relay/try", work, s.tryRelayNow).acts("relay.tried"),
		get("/feeds", whole, s.feedsPage),
		post("/feeds/:id/accept", admin, s.acceptFeedPage).acts("feed.accepted"),
		post("/feeds/:id/end", admin, s.endFeedPage).acts("feed.ended"),
		post("/feeds/:id/pause", admin, s.pauseFeedPage).acts("feed.paused"),
		get("/effects", admin, s.effectsPage),
		post("/effects/restart", admin, s.restartOne).acts("effects.restarted"),
		post("/effects/restart-all", admin, s.restartAll).long().acts("effects.restarted"),
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
