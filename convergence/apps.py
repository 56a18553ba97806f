from django.apps import AppConfig


class ConvergenceConfig(AppConfig):
    name = "convergence"

    def ready(self) -> None:
        """Tell the worker what a judgement is and when one is due."""
        from convergence import actions
        from core import jobs

        jobs.register(actions.JUDGE, actions.judge_all)
        jobs.register_chore(actions.ask_for_judgement)
