package api

func (s *Server) customerRoutes() []route { return nil }
func (s *Server) feedbackRoutes() []route { return nil }
