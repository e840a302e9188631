package api

// Row is one row of the list of routes, for the tests that walk it.
type Row struct{ Method, Path, Guard string }

// Rows returns the list of routes: what programs use, then what people see.
func (s *Server) Rows() (json, pages []Row) { return rows(s.jsonRoutes()), rows(s.pageRoutes()) }

func rows(routes []route) []Row {
	guards := map[guard]string{public: "public", token: "token", keyRead: "keyRead", keyWrite: "keyWrite", rep: "rep", admin: "admin"}
	list := make([]Row, len(routes))
	for i, r := range routes {
		list[i] = Row{r.method, r.path, guards[r.guard]}
	}
	return list
}
