"""The season planner: sessions generated, changed with a preview of who is told, written up afterwards."""
