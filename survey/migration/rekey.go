package migration

import (
	"context"
	"errors"

	"earshot/survey"
	"earshot/survey/store"
)

// rekeyContacts gives contacts the keys that their addresses have now. Two of one customer that turn out to have one address
// are both kept.
func rekeyContacts(ctx context.Context, p *Page) error {
	var changed []*survey.Contact
	for _, d := range p.Docs {
		if c := d.(*survey.Contact); c.Rekey() {
			changed = append(changed, c)
		}
	}
	p.Changed(len(changed))
	if p.Dry || len(changed) == 0 {
		return nil
	}
	contacts := Collection[survey.Contact](p, "contacts")
	outcomes, err := contacts.ReplaceAll(ctx, changed)
	if err != nil {
		return err
	}
	for i, err := range outcomes {
		switch {
		case err == nil:
		case errors.Is(err, store.ErrConflict):
			// Whoever wrote the contact meanwhile may have been an older program: it is done again.
			err = oneContact(ctx, contacts, changed[i].ID, (*survey.Contact).Rekey)
		default:
			err = oneContact(ctx, contacts, changed[i].ID, func(c *survey.Contact) bool { c.KeepApart(); return true })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// oneContact changes one contact, and keeps it apart where its key is taken.
func oneContact(ctx context.Context, contacts store.Collection[survey.Contact, *survey.Contact], id string, change func(*survey.Contact) bool) error {
	_, err := contacts.UpdateAll(ctx, []string{id}, change)
	var taken *store.DuplicateError
	if errors.As(err, &taken) {
		_, err = contacts.UpdateAll(ctx, []string{id}, func(c *survey.Contact) bool { c.KeepApart(); return true })
	}
	return err
}

// moveSuppressions stores each suppression where its address is looked for now, before the old one is deleted.
func moveSuppressions(ctx context.Context, p *Page) error {
	list := Collection[survey.Suppression](p, "suppressions")
	for _, d := range p.Docs {
		old := d.(*survey.Suppression)
		moved := old.Rekeyed()
		if moved == nil {
			continue
		}
		p.Changed(1)
		if p.Dry {
			continue
		}
		fresh := func(string) *survey.Suppression { there := *moved; return &there }
		_, err := list.UpsertAll(ctx, []string{moved.ID}, nil, fresh, func(x *survey.Suppression) bool {
			return x.Version == 0 || x.Merge(moved)
		})
		if err == nil {
			err = list.Delete(ctx, old)
		}
		if err != nil && !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
	return nil
}

// rekeyAskLogs gives asks the persons that they went to, by the addresses of their invitations.
func rekeyAskLogs(ctx context.Context, p *Page) error {
	var ids []string
	for _, d := range p.Docs {
		for _, a := range d.(*survey.AskLog).Asks {
			ids = append(ids, string(a.InvitationID))
		}
	}
	invitations, err := Collection[survey.Invitation](p, "invitations").Fetch(ctx, ids)
	if err != nil {
		return err
	}
	emails := make(map[survey.InvitationID]string, len(invitations))
	for id, inv := range invitations {
		emails[survey.InvitationID(id)] = inv.Email
	}
	return Each(func(l *survey.AskLog) bool { return l.Rekey(emails) })(ctx, p)
}
