package survey

import "context"

// PutCustomerAt changes the customer that has the fields' external id, if its version is still that one (0 takes any). Returns
// NotFound where there is none, Conflict where it was changed meanwhile, and Invalid.
func (s *Service) PutCustomerAt(ctx context.Context, version int64, in CustomerFields) (*Customer, error) {
	found, err := s.CustomerByExternalID(ctx, *in.ExternalID)
	if err != nil {
		return nil, err
	}
	return s.ChangeCustomer(ctx, CustomerID(found.ID), version, in)
}

// PutContactAt changes the contact that has the input's external id, if its version is still that one (0 takes any), as a row
// of PutContacts does. Returns NotFound where there is none, Conflict where it was changed meanwhile, and Invalid.
func (s *Service) PutContactAt(ctx context.Context, version int64, in ContactInput) (*Contact, error) {
	found, err := s.ContactByExternalID(ctx, *in.ExternalID)
	if err != nil {
		return nil, err
	}
	if ref := (customerRef{id: in.CustomerID, external: tidy(in.CustomerExternalID)}); ref != (customerRef{}) {
		customer, err := s.referredCustomer(ctx, ref)
		if err != nil {
			return nil, err
		}
		if customer != found.CustomerID {
			return nil, errMoved(in)
		}
	}
	return s.ChangeContact(ctx, ContactID(found.ID), version, in.ofOurs())
}
