package api

func (s *Server) customerRoutes() []route { return nil }
func (s *Server) feedbackRoutes() []route { return nil }
func (s *Server) askingRoutes() []route   { return nil }
func (s *Server) adminRoutes() []route    { return nil }
