package web

// demoProduct is something on the shelves of the demo shop.
type demoProduct struct{ Name, Note, Price, Picture, Alt string }

func demoProducts() []demoProduct {
	return []demoProduct{
		{"Foghorn Breakfast", "Assam and Kenya, strong enough for any weather.", "£7.50", "breakfast.svg", "A red tin of tea"},
		{"Meadow Green", "Spring leaves, steamed on the day of the harvest.", "£9.20", "green.svg", "A green tin of tea"},
		{"Moonmint", "Peppermint and verbena. Nothing that keeps you up.", "£6.40", "mint.svg", "A blue tin of tea"},
		{"Orchard Rooibos", "Rooibos with apple and a little cinnamon.", "£6.80", "rooibos.svg", "An orange tin of tea"},
		{"The Plain Pot", "Stoneware for four cups. The lid stays on.", "£34.00", "pot.svg", "A round teapot"},
		{"A Pair of Cups", "No handles, no fuss, and they stack.", "£18.00", "cups.svg", "Two stacked cups"},
	}
}
