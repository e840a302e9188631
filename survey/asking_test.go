package survey_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"earshot/survey"
)

// scene is a customer with three contacts, and a survey to ask them.
type scene struct {
	*office
	customer    survey.CustomerID
	ana, bo, cy survey.ContactID
	survey      survey.SurveyID
}

func newScene(t *testing.T) *scene {
	t.Helper()
	s := &scene{office: newOffice(t)}
	s.customer, s.survey = s.office.customer("Customer"), s.office.survey(survey.TemplateCSAT)
	s.ana, s.bo = s.contact(s.customer, "ana", survey.User), s.contact(s.customer, "bo", survey.User)
	s.cy = s.contact(s.customer, "cy", survey.User)
	return s
}

// answer has the invitation answered.
func (s *scene) answer(inv *survey.Invitation) {
	s.t.Helper()
	link, err := s.NewLink(s.ctx, survey.InvitationID(inv.ID))
	if _, err := s.Submit(s.ctx, tokenOf(must(s.t, link, err)), form("satisfied", "5")); err != nil {
		s.t.Fatal(err)
	}
	s.drain()
}

// TestAskNowIsGoverned asks by hand in situations that governance refuses or lets pass.
func TestAskNowIsGoverned(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		before  func(s *scene)
		reason  string // part of the refusal; empty: asked
		confirm bool   // whether the refusal gives way to Confirm
	}{
		{"fresh", func(*scene) {}, "", false},
		{"an open question", func(s *scene) { s.ask(s.ana, s.survey) }, "open question since 2 March 2026", false},
		{"answered yesterday", func(s *scene) {
			s.answer(s.ask(s.ana, s.survey))
			s.watch.pass(day)
		}, "was asked on 2 March 2026; a contact rests for 14 days", false},
		{"answered two weeks ago", func(s *scene) {
			s.answer(s.ask(s.ana, s.survey))
			s.watch.pass(14 * day)
		}, "", false},
		{"never answered, expired", func(s *scene) {
			s.ask(s.ana, s.survey)
			s.watch.pass(survey.DefaultAnswerDays * day)
		}, "", false},
		{"another colleague", func(s *scene) { s.ask(s.bo, s.survey) }, "", false},
		{"two other colleagues", func(s *scene) {
			s.ask(s.bo, s.survey)
			s.ask(s.cy, s.survey)
		}, "2 people there were asked within 30 days", true},
		{"two other colleagues a month ago", func(s *scene) {
			s.ask(s.bo, s.survey)
			s.ask(s.cy, s.survey)
			s.watch.pass(30 * day)
		}, "", false},
		{"left", func(s *scene) {
			_, err := s.ChangeContact(s.ctx, s.ana, 0, survey.ContactFields{LeftAt: ref(s.watch.Now())})
			must(s.t, 0, err)
		}, "no longer the right person", false},
		{"no address", func(s *scene) {
			_, err := s.ChangeContact(s.ctx, s.ana, 0, survey.ContactFields{Email: ref("")})
			must(s.t, 0, err)
		}, "no e-mail address", false},
		{"suppressed in other letters", func(s *scene) {
			c, err := s.Contact(s.ctx, s.ana)
			_, err = s.Suppress(s.ctx, survey.SuppressionInput{Email: strings.ToUpper(must(s.t, c, err).Email)})
			must(s.t, 0, err)
		}, "must not be mailed", false},
		{"revoked before it was sent", func(s *scene) {
			inv := s.ask(s.ana, s.survey)
			_, err := s.RevokeInvitation(s.ctx, survey.InvitationID(inv.ID))
			must(s.t, 0, err)
			s.drain()
		}, "", false},
		{"deleted and added again", func(s *scene) {
			s.ask(s.ana, s.survey)
			must(s.t, 0, s.DeleteContact(s.ctx, s.ana, 0))
			s.ana = s.contact(s.customer, "ana", survey.User)
		}, "open question", false},
		{"closed survey", func(s *scene) {
			_, err := s.CloseSurvey(s.ctx, s.survey)
			must(s.t, 0, err)
		}, "is closed", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newScene(t)
			tt.before(s)
			r := survey.AskRequest{ContactID: s.ana, SurveyID: s.survey}
			asked, err := s.AskNow(s.ctx, r)
			if tt.reason == "" {
				if inv := must(t, asked, err).Invitation; inv.ContactID != s.ana || inv.Mail.State != survey.MailQueued {
					t.Errorf("got invitation %+v, want a queued one to ana", inv)
				}
				return
			}
			wantKind(t, err, survey.Conflict)
			if !strings.Contains(err.Error(), tt.reason) {
				t.Errorf("got reason %q, want one with %q", err, tt.reason)
			}
			if got := survey.NeedsConfirmation(err); got != tt.confirm {
				t.Errorf("got needs confirmation %v, want %v", got, tt.confirm)
			}
			r.Confirm = true
			if _, err := s.AskNow(s.ctx, r); (err == nil) != tt.confirm {
				t.Errorf("got error %v with Confirm, want it to help: %v", err, tt.confirm)
			}
		})
	}
}

func TestAskNowSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id, other := o.customer("Customer"), o.customer("Other")
	contact, sv := o.contact(id, "ana", survey.User), o.survey(survey.TemplateCSAT)
	for _, tt := range []struct {
		name string
		in   survey.AskRequest
		want survey.Kind
	}{
		{"no survey", survey.AskRequest{ContactID: contact}, survey.Invalid},
		{"unknown survey", survey.AskRequest{ContactID: contact, SurveyID: "srv_no"}, survey.NotFound},
		{"nobody", survey.AskRequest{SurveyID: sv}, survey.Invalid},
		{"unknown contact", survey.AskRequest{ContactID: "con_no", SurveyID: sv}, survey.NotFound},
		{"unknown customer", survey.AskRequest{CustomerID: "cus_no", SurveyID: sv}, survey.NotFound},
		{"another customer's contact", survey.AskRequest{CustomerID: other, ContactID: contact, SurveyID: sv}, survey.Invalid},
		{"too many days", survey.AskRequest{ContactID: contact, SurveyID: sv, AnswerDays: 366}, survey.Invalid},
		{"nobody known there", survey.AskRequest{CustomerID: other, SurveyID: sv}, survey.Conflict},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := o.AskNow(o.ctx, tt.in)
			wantKind(t, err, tt.want)
		})
	}
}

// TestAskPicksTheNextContact asks a customer again and again and checks who is asked.
func TestAskPicksTheNextContact(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id, sv := o.customer("Customer"), o.survey(survey.TemplateCSAT)
	names := map[survey.ContactID]string{}
	for _, c := range []struct {
		name string
		role survey.Role
	}{{"other", survey.OtherRole}, {"user1", survey.User}, {"user2", survey.User}, {"boss", survey.DecisionMaker}} {
		names[o.contact(id, c.name, c.role)] = c.name
		o.watch.pass(time.Second)
	}
	var got []string
	for range 6 {
		asked, err := o.AskNow(o.ctx, survey.AskRequest{CustomerID: id, SurveyID: sv, AnswerDays: 30, Confirm: true})
		if err != nil {
			got = append(got, "nobody")
			o.watch.pass(30 * day)
			continue
		}
		got = append(got, names[asked.Invitation.ContactID])
		o.watch.pass(day)
	}
	if want := "[boss user1 user2 other nobody boss]"; fmt.Sprint(got) != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestAskersAtOnce has two processes ask the same customer at once: one open question a contact, two people a month.
func TestAskersAtOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id, sv := o.customer("Customer"), o.survey(survey.TemplateCSAT)
	var contacts []survey.ContactID
	for i := range 4 {
		contacts = append(contacts, o.contact(id, fmt.Sprintf("c%d", i), survey.User))
	}
	processes := []*survey.Service{o.Service, o.process(o.store)}
	var all sync.WaitGroup
	for i := range 32 {
		all.Go(func() {
			r := survey.AskRequest{ContactID: contacts[i%4], SurveyID: sv, NoMail: i%3 == 0}
			asked, err := processes[i%2].AskNow(o.ctx, r)
			if err != nil && survey.KindOf(err) != survey.Conflict {
				t.Errorf("got error %v", err)
			}
			if err == nil && r.NoMail {
				if opened, err := o.Open(o.ctx, tokenOf(asked.Link)); err != nil || opened.State != survey.FormOpen {
					t.Errorf("got a link that does not open: %v", err)
				}
			}
		})
	}
	all.Wait()
	page, err := o.Invitations(o.ctx, survey.InvitationFilter{CustomerID: id})
	if len(must(t, page, err).Items) != survey.CrowdSize || page.Items[0].ContactID == page.Items[1].ContactID {
		t.Errorf("got %d invitations, want one each to %d people", len(page.Items), survey.CrowdSize)
	}
	o.drain()
	o.wantNothingOwed()
}

// TestTheLedgerForgetsNobody asks more people of a customer than the ledger has places.
func TestTheLedgerForgetsNobody(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id, sv := o.customer("Customer"), o.survey(survey.TemplateCSAT)
	ask := func(c survey.ContactID, days int) error {
		_, err := o.AskNow(o.ctx, survey.AskRequest{ContactID: c, SurveyID: sv, Confirm: true, NoMail: true, AnswerDays: days})
		return err
	}
	first, second := o.contact(id, "first", survey.User), o.contact(id, "second", survey.User)
	if err := errors.Join(ask(first, 365), ask(second, 1)); err != nil {
		t.Fatal(err)
	}
	o.watch.pass(2 * day)
	for i := range survey.AskLogLength + 10 {
		if err := ask(o.contact(id, fmt.Sprint("c", i), survey.User), 1); err != nil {
			t.Fatal(err)
		}
	}
	wantKind(t, ask(second, 1), survey.Conflict) // rests
	o.watch.pass(20 * day)
	wantKind(t, ask(first, 1), survey.Conflict) // has an open question
	for range 2 * survey.AskLogLength {
		if err := ask(second, 1); err != nil {
			t.Fatal(err)
		}
		o.watch.pass(survey.HandRestDays * day)
	}
	log, err := o.AskLog(o.ctx, id)
	if got, most := len(must(t, log, err).Asks), 2*survey.AskLogLength+12; got > most {
		t.Errorf("got a ledger of %d asks, want at most %d", got, most)
	}
}

func TestNoMail(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.customer("Customer")
	contact := o.contact(id, "ana", survey.User)
	if _, err := o.ChangeContact(o.ctx, contact, 0, survey.ContactFields{Email: ref("")}); err != nil {
		t.Fatal(err)
	}
	asked, err := o.AskNow(o.ctx, survey.AskRequest{ContactID: contact, SurveyID: o.survey(survey.TemplateCSAT), NoMail: true})
	must(t, asked, err)
	o.drain()
	if got := o.post.accepted(); len(got) != 0 {
		t.Errorf("got %d mails, want none", len(got))
	}
	second, err := o.NewLink(o.ctx, survey.InvitationID(asked.Invitation.ID))
	for _, link := range []string{asked.Link, must(t, second, err)} {
		if opened, err := o.Open(o.ctx, tokenOf(link)); must(t, opened, err).State != survey.FormOpen {
			t.Errorf("got state %s, want open", opened.State)
		}
	}
}

func TestRevoke(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	contact, sv := o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateCSAT)
	inv := o.ask(contact, sv)
	for range 2 {
		revoked, err := o.RevokeInvitation(o.ctx, survey.InvitationID(inv.ID))
		if must(t, revoked, err).RevokedAt.IsZero() {
			t.Error("the invitation was not revoked")
		}
	}
	o.drain()
	if got := o.invitation(inv.ID); got.Mail.State != survey.MailWithheld || len(o.post.accepted()) != 0 {
		t.Errorf("got state %s and %d mails, want withheld and none", got.Mail.State, len(o.post.accepted()))
	}
	_, err := o.NewLink(o.ctx, survey.InvitationID(inv.ID))
	wantKind(t, err, survey.Conflict)
	_, err = o.RevokeInvitation(o.ctx, "inv_no")
	wantKind(t, err, survey.NotFound)
}

func TestInvitationsAreFiltered(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	sv, other := o.survey(survey.TemplateCSAT), o.survey(survey.TemplateNPS)
	var all []*survey.Invitation
	for i := range 4 {
		all = append(all, o.ask(o.contact(o.customer("Customer"), "ana", survey.User), []survey.SurveyID{sv, other}[i%2]))
		if i < 2 {
			o.drain()
		}
		o.watch.pass(time.Minute)
	}
	for _, tt := range []struct {
		name   string
		filter survey.InvitationFilter
		want   []int
	}{
		{"all", survey.InvitationFilter{}, []int{3, 2, 1, 0}},
		{"customer", survey.InvitationFilter{CustomerID: all[1].CustomerID}, []int{1}},
		{"contact", survey.InvitationFilter{ContactID: all[2].ContactID}, []int{2}},
		{"survey", survey.InvitationFilter{SurveyID: sv}, []int{2, 0}},
		{"queued", survey.InvitationFilter{MailState: survey.MailQueued}, []int{3, 2}},
		{"accepted of a survey", survey.InvitationFilter{MailState: survey.MailAccepted, SurveyID: other}, []int{1}},
		{"pulse", survey.InvitationFilter{PulseID: "pul_no"}, nil},
		{"time", survey.InvitationFilter{From: all[1].CreatedAt, To: all[2].CreatedAt}, []int{1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got, want []string
			for _, i := range tt.want {
				want = append(want, all[i].ID)
			}
			page, err := o.Invitations(o.ctx, tt.filter)
			for _, inv := range must(t, page, err).Items {
				got = append(got, inv.ID)
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestDecline(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		successor func(host string) survey.Successor
		contacts  int
		note      string
	}{
		{"nobody named", func(string) survey.Successor { return survey.Successor{} }, 1, "not the right person to ask."},
		{"a colleague", func(host string) survey.Successor { return survey.Successor{Name: "Bo Li", Email: "bo@" + host} }, 2, "names Bo Li (bo@"},
		{"a colleague without a name", func(host string) survey.Successor { return survey.Successor{Email: "bo@" + host} }, 2, "names bo@"},
		{"a name", func(string) survey.Successor { return survey.Successor{Name: "Bo Li"} }, 1, "names Bo Li."},
		{"somebody elsewhere", func(string) survey.Successor { return survey.Successor{Email: "victim@elsewhere.example"} }, 1, "names victim@"},
		{"themselves", func(host string) survey.Successor { return survey.Successor{Email: "ana@" + host} }, 1, "names ana@"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			token := o.link(survey.TemplateCSAT)
			inv := o.invitation("inv_" + token[:26])
			_, host, _ := strings.Cut(inv.Email, "@")
			for range 2 {
				if err := o.Decline(o.ctx, token, tt.successor(host)); err != nil {
					t.Fatal(err)
				}
				o.drain()
			}
			page, err := o.Contacts(o.ctx, survey.ContactFilter{CustomerID: inv.CustomerID})
			if got := len(must(t, page, err).Items); got != tt.contacts {
				t.Errorf("got %d contacts, want %d", got, tt.contacts)
			}
			notes, err := o.Touchpoints(o.ctx, survey.TouchpointFilter{CustomerID: inv.CustomerID, Kind: survey.Note})
			if len(must(t, notes, err).Items) != 1 || !strings.Contains(notes.Items[0].Note, tt.note) {
				t.Errorf("got notes %+v, want one with %q", notes.Items, tt.note)
			}
			if opened, err := o.Open(o.ctx, token); must(t, opened, err).State != survey.FormDeclined {
				t.Errorf("got state %s, want declined", opened.State)
			}
			_, err = o.Submit(o.ctx, token, form("satisfied", "5"))
			wantKind(t, err, survey.Gone)
		})
	}
}

// TestSuccessorIsNotMailedBeforeOneOfOursConfirmsThem invents a successor, as whoever holds a link can: only a rep, or our own
// systems, may make a person of them who is mailed.
func TestSuccessorIsNotMailedBeforeOneOfOursConfirmsThem(t *testing.T) {
	t.Parallel()
	yes := true
	for _, tt := range []struct {
		name    string
		confirm func(o *office, c *survey.Contact) error
		asked   bool
	}{
		{"nobody", func(*office, *survey.Contact) error { return nil }, false},
		{"a rep mends the name", func(o *office, c *survey.Contact) error {
			name := "Bo Li"
			_, err := o.ChangeContact(o.ctx, survey.ContactID(c.ID), 0, survey.ContactFields{Name: &name})
			return err
		}, false},
		{"a rep", func(o *office, c *survey.Contact) error {
			_, err := o.ChangeContact(o.ctx, survey.ContactID(c.ID), 0, survey.ContactFields{Confirmed: &yes})
			return err
		}, true},
		{"our own systems, which know them", func(o *office, c *survey.Contact) error {
			results := o.PutContacts(o.ctx, []survey.ContactInput{{CustomerID: c.CustomerID, ContactFields: survey.ContactFields{Email: &c.Email}}})
			if err := results[0].Err; err != nil {
				return err
			}
			return nil
		}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			token := o.link(survey.TemplateCSAT)
			inv := o.invitation("inv_" + token[:26])
			_, host, _ := strings.Cut(inv.Email, "@")
			if err := o.Decline(o.ctx, token, survey.Successor{Name: "Bo", Email: "bo@" + host}); err != nil {
				t.Fatal(err)
			}
			o.drain()
			page, err := o.Contacts(o.ctx, survey.ContactFilter{CustomerID: inv.CustomerID})
			list := must(t, page, err).Items
			i := slices.IndexFunc(list, func(c *survey.Contact) bool { return c.Email == "bo@"+host })
			if i < 0 {
				t.Fatalf("got contacts %v, want the successor among them", list)
			}
			if list[i].Reachable() || list[i].UnconfirmedSince.IsZero() {
				t.Errorf("got a successor who can be mailed at once")
			}
			if err := tt.confirm(o, list[i]); err != nil {
				t.Fatal(err)
			}
			// By then nobody rests from an ask before.
			o.watch.pass(400 * day)
			_, err = o.AskNow(o.ctx, survey.AskRequest{ContactID: survey.ContactID(list[i].ID), SurveyID: o.survey(survey.TemplateCSAT)})
			if tt.asked && err != nil {
				t.Errorf("got %v, want them to be asked", err)
			}
			if !tt.asked && (err == nil || !strings.Contains(err.Error(), "not confirmed yet")) {
				t.Errorf("got error %v, want that they are not confirmed yet", err)
			}
		})
	}
}

func TestDeclineRefusesABrokenAddress(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	token := o.link(survey.TemplateCSAT)
	wantKind(t, o.Decline(o.ctx, token, survey.Successor{Email: "not an address"}), survey.Invalid)
	if opened, err := o.Open(o.ctx, token); must(t, opened, err).State != survey.FormOpen {
		t.Errorf("got state %s after a refused form, want open", opened.State)
	}
}
