package api

import (
	"context"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// of is the route about something of a customer's, which the path names: the guard asks owner whose that is.
func (r route) of(owner func(echo.Context) (survey.Owned, error)) route {
	r.owner = owner
	return r
}

// ownerOfCustomer is whose the customer in the path is.
func (s *Server) ownerOfCustomer(c echo.Context) (survey.Owned, error) {
	x, err := s.customerOfPath(c)
	if err != nil {
		return survey.Owned{}, err
	}
	return survey.Owned{Rep: x.RepID}, nil
}

// ownerOfContact is whose the customer is at whom the contact in the path works.
func (s *Server) ownerOfContact(c echo.Context) (survey.Owned, error) {
	x, _, err := s.contactOfPath(c)
	if err != nil {
		return survey.Owned{}, err
	}
	return survey.Owned{Rep: x.RepID}, nil
}

// ownerOfTouchpoint is whose the customer is with whom the touchpoint in the path was.
func (s *Server) ownerOfTouchpoint(c echo.Context) (survey.Owned, error) {
	id, err := pathID[survey.TouchpointID](c)
	if err != nil {
		return survey.Owned{}, err
	}
	t, err := s.touchpoints.Touchpoint(c.Request().Context(), id)
	if err != nil {
		return survey.Owned{}, err
	}
	return s.ownedOf(c.Request().Context(), t.CustomerID, "")
}

// ownerOfInvitation is whose the customer is who was asked by the invitation in the path, and was then.
func (s *Server) ownerOfInvitation(c echo.Context) (survey.Owned, error) {
	return s.ownedByInvitation(c.Request().Context(), survey.InvitationID(c.Param("id")))
}

// ownerOfKeptMail is the same of the kept mail in the path.
func (s *Server) ownerOfKeptMail(c echo.Context) (survey.Owned, error) {
	m, err := s.mails.KeptMail(c.Request().Context(), c.Param("id"))
	if err != nil {
		return survey.Owned{}, err
	}
	return s.ownedByInvitation(c.Request().Context(), m.Invitation())
}

func (s *Server) ownedByInvitation(ctx context.Context, id survey.InvitationID) (survey.Owned, error) {
	inv, err := s.asks.Invitation(ctx, id)
	if err != nil {
		return survey.Owned{}, err
	}
	return s.ownedOf(ctx, inv.CustomerID, inv.RepID)
}

// ownerOfResponse is whose the customer is from whom the answer in the path came, and was when they were asked.
func (s *Server) ownerOfResponse(c echo.Context) (survey.Owned, error) {
	id, err := pathID[survey.ResponseID](c)
	if err != nil {
		return survey.Owned{}, err
	}
	r, err := s.responses.Response(c.Request().Context(), id)
	if err != nil {
		return survey.Owned{}, err
	}
	return s.ownedOf(c.Request().Context(), r.CustomerID, r.RepID)
}

// ownedOf is whose the customer is now. What a deleted customer has left belongs to whom it belonged then.
func (s *Server) ownedOf(ctx context.Context, id survey.CustomerID, then survey.RepID) (survey.Owned, error) {
	x, err := s.customers.Customer(ctx, id)
	switch {
	case err == nil:
		return survey.Owned{Rep: x.RepID, Then: then}, nil
	case survey.KindOf(err) == survey.NotFound:
		return survey.Owned{Rep: then, Then: then}, nil
	}
	return survey.Owned{}, err
}

// checkSeen returns NotFound for a customer whom a filter names, and whom the logged-in rep does not see. An empty one is none.
func (s *Server) checkSeen(c echo.Context, id survey.CustomerID) error {
	viewer := viewerOf(c)
	if id == "" || viewer.See.All() {
		return nil
	}
	x, err := s.customers.Customer(c.Request().Context(), id)
	if err == nil && !viewer.Sees(survey.Owned{Rep: x.RepID}) {
		return survey.Errorf(survey.NotFound, "there is no customer %q", id)
	}
	return err
}
