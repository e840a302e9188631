package survey_test

import (
	"testing"

	"earshot/survey"
)

// TestDecidingAboutMany decides about chosen mails, all of a pulse, or all, and about none that is not uncertain or not meant.
func TestDecidingAboutMany(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name          string
		which         func(pulse survey.PulseID, byHand []*survey.Invitation) survey.UncertainMails
		resend        bool
		decided, left int
		// pulse and byHand are how many of each are uncertain then.
		pulse, byHand int
	}{
		{"chosen", func(_ survey.PulseID, list []*survey.Invitation) survey.UncertainMails {
			return survey.UncertainMails{IDs: []survey.InvitationID{survey.InvitationID(list[0].ID), survey.InvitationID(list[0].ID), survey.InvitationID(list[2].ID), "inv_gone"}}
		}, false, 2, 1, 4, 1},
		{"of a pulse", func(p survey.PulseID, _ []*survey.Invitation) survey.UncertainMails {
			return survey.UncertainMails{PulseID: p}
		}, true, 4, 0, 0, 3},
		{"chosen of a pulse", func(p survey.PulseID, list []*survey.Invitation) survey.UncertainMails {
			return survey.UncertainMails{PulseID: p, IDs: []survey.InvitationID{survey.InvitationID(list[0].ID)}}
		}, true, 0, 1, 4, 3},
		{"all", func(survey.PulseID, []*survey.Invitation) survey.UncertainMails {
			return survey.UncertainMails{All: true}
		}, true, 6, 1, 0, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			for n := range 4 {
				o.quietCustomer("Quiet", float64(n+1))
			}
			pulse, err := o.CreatePulse(o.ctx, pulseFor(o.survey(survey.TemplateQuiet), survey.AudienceQuiet))
			id := survey.PulseID(must(t, pulse, err).ID)
			if _, err := o.RunPulseNow(o.ctx, id, ""); err != nil {
				t.Fatal(err)
			}
			o.post.answer(says(survey.Uncertain, "reset"))
			list := o.askMany(3)
			o.drain()
			if _, err := o.RevokeInvitation(o.ctx, survey.InvitationID(list[1].ID)); err != nil { // it is over
				t.Fatal(err)
			}
			o.post.answer(says(survey.Temporary, "451"))
			done, err := o.ResolveAllUncertain(o.ctx, tt.which(id, list), tt.resend, "rep_rita")
			if must(t, done, err); done.Decided != tt.decided || done.Left != tt.left {
				t.Errorf("got %+v, want %d decided and %d left", done, tt.decided, tt.left)
			}
			ofPulse := len(o.found(survey.InvitationFilter{PulseID: id, Standing: survey.StandsUncertain}))
			all := len(o.found(survey.InvitationFilter{Standing: survey.StandsUncertain}))
			if ofPulse != tt.pulse || all-ofPulse != tt.byHand {
				t.Errorf("%d of the pulse and %d others are uncertain, want %d and %d", ofPulse, all-ofPulse, tt.pulse, tt.byHand)
			}
		})
	}
}

// TestDecidingAboutNobodyKnowsWhich is refused.
func TestDecidingAboutNobodyKnowsWhich(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	_, err := o.ResolveAllUncertain(o.ctx, survey.UncertainMails{IDs: []survey.InvitationID{}, All: true}, true, "")
	wantKind(t, err, survey.Invalid)
	_, err = o.ResolveAllUncertain(o.ctx, survey.UncertainMails{}, true, "")
	wantKind(t, err, survey.Invalid)
	_, err = o.ResolveAllUncertain(o.ctx, survey.UncertainMails{IDs: make([]survey.InvitationID, survey.MaxPage+1)}, true, "")
	wantKind(t, err, survey.Invalid)
}
