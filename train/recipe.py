"""A recipe: everything that decides what a training run does, in fields that say what they mean."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

Method = Literal["sft", "reward", "ppo", "dpo", "kto", "grpo", "rloo", "orpo", "simpo"]
Ties = Literal["davidson", "rao_kupper", "half", "drop"]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class Part(BaseModel):
    """A part of a recipe: no unknown fields, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())


class Adapter(Part):
    """LoRA: small matrices beside frozen weights (Hu et al. 2021)."""

    rank: PositiveInt = Field(default=16, description="Rank of the matrices; more learns more.")
    alpha: Positive = Field(default=32, description="What they add is multiplied by alpha / rank.")
    dropout: Share = Field(default=0.0, description="Share of their input that is dropped.")
    targets: str = Field(
        default="all-linear",
        description='Which layers get one: "all-linear", or names with commas.',
    )
    start: str = Field(
        default="", description="Folder of an adapter to go on from, such as the SFT's."
    )
    quantized: bool = Field(
        default=False,
        description="QLoRA: frozen weights in four bits. Needs a GPU and bitsandbytes.",
    )


class Schedule(Part):
    """How long, and in what steps."""

    epochs: Positive = Field(default=1.0, description="Times that every row is seen.")
    steps: int = Field(
        default=0, ge=0, description="Optimizer steps; 0: as many as the epochs need."
    )
    batch: PositiveInt = Field(default=2, description="Rows at once on each device.")
    accumulate: PositiveInt = Field(default=4, description="Batches that make one step.")
    learning_rate: Positive = Field(default=1e-4, description="Its highest value.")
    warmup: Share = Field(default=0.05, description="Share of the steps in which it rises.")
    decay: Literal["linear", "cosine", "constant"] = Field(
        default="cosine", description="How it falls after that."
    )
    weight_decay: NotNegative = Field(default=0.0, description="AdamW's.")
    clip: Positive = Field(
        default=1.0, description="Gradients longer than this are shortened to it."
    )
    log_every: PositiveInt = Field(default=1, description="Steps between two lines of metrics.")
    evaluate_every: int = Field(
        default=0, ge=0, description="Steps between evaluations; 0: at the end."
    )
    save_every: int = Field(
        default=50, ge=0, description="Steps between two checkpoints; 0: at the end."
    )


class Reward(Part):
    """Learning from rankings; for `reward`."""

    ties: Ties = Field(
        default="davidson",
        description="The model of ties: Davidson 1970, Rao and Kupper 1967, half a win "
        "each, or left out.",
    )
    centre: NotNegative = Field(
        default=0.01,
        description="Weight of the squared sum of a pair's rewards (of K: of twice their mean), "
        "which keeps them around 0.",
    )
    centre_sources: bool = Field(
        default=False,
        description="Take the mean of each source off its scores before ranking them, where "
        "scores mix annotators or models.",
    )
    together: int = Field(
        default=0,
        ge=0,
        description="Most answers of a row in one comparison; a longer row is split by chance, "
        "which takes less memory. 0: all.",
    )
    probe: bool = Field(
        default=False,
        description="Fit the head on the base's own states first, rather than begin at random.",
    )
    plain: bool = Field(
        default=False,
        description="Read request and answer as plain text, without the chat template: the reward "
        "is read at the answer's last token, not at the end of the turn.",
    )
    depth: Annotated[float, Field(gt=0, le=1)] = Field(
        default=1.0,
        description="Share of the base's layers that are kept, from the first on; the others are "
        "cut away. Rewards cost that much less, and are often as good.",
    )
    layers: int = Field(
        default=0, ge=0, description="Train only this many of the last layers; 0: all. Quicker."
    )


class Preference(Part):
    """Learning from pairs without a reward model; for `dpo`, `kto`, `orpo` and `simpo`."""

    beta: Positive = Field(
        default=0.1, description="How near to the reference; SimPO: scale of rewards."
    )
    loss: str = Field(
        default="sigmoid", description="A loss of TRL's DPO, such as sigmoid, ipo or hinge."
    )
    ties: Ties = Field(default="davidson", description="What becomes of ties; as for rewards.")
    tie_bias: Positive = Field(
        default=1.0, description="Davidson's ν, or Rao and Kupper's θ − 1; fixed."
    )
    margin: NotNegative = Field(
        default=0.5, description="SimPO's γ / β: by how much the chosen must win."
    )
    sft: NotNegative = Field(
        default=0.0, description="Weight of the loss on the chosen answers besides."
    )


class Rollout(Part):
    """Answers that the model gives while it learns; for `ppo`, `grpo` and `rloo`."""

    prompts: PositiveInt = Field(
        default=8, description="Prompts in one round of answers, on each device."
    )
    answers: PositiveInt = Field(
        default=1, description="Answers to each prompt; GRPO and RLOO need 2."
    )
    tokens: PositiveInt = Field(default=128, description="The longest answer, in tokens.")
    temperature: Positive = Field(default=1.0, description="How freely tokens are drawn.")
    judge: str = Field(default="", description="Folder of the reward model.")
    beta: NotNegative = Field(
        default=0.05, description="Weight of the KL divergence from the reference."
    )
    engine: Literal["transformers", "vllm"] = Field(
        default="transformers", description="What generates; vllm needs a server (docs)."
    )


class Ppo(Part):
    """Proximal policy optimisation (Schulman et al. 2017; Ouyang et al. 2022); for `ppo`."""

    epochs: PositiveInt = Field(default=2, description="Passes over each round of answers.")
    minibatches: PositiveInt = Field(default=1, description="Parts that a pass is split into.")
    clip: Positive = Field(default=0.2, description="How far the ratio of policies may go from 1.")
    clip_value: NotNegative = Field(
        default=0.2, description="How far a value may move; 0: anywhere."
    )
    value_weight: NotNegative = Field(default=0.1, description="Weight of the loss of the values.")
    gamma: Share = Field(default=1.0, description="Discount of later rewards.")
    lam: Share = Field(default=0.95, description="GAE's λ.")
    target_kl: NotNegative = Field(
        default=6.0,
        description="KL per answer, in nats, that the adaptive controller aims at; 0: fixed.",
    )
    kl_horizon: Positive = Field(default=10000, description="Answers in which the controller acts.")
    kl_budget: NotNegative = Field(
        default=30.0, description="KL per answer at which training ends; 0: never."
    )
    whiten: bool = Field(default=True, description="Advantages to mean 0 and deviation 1.")
    whiten_rewards: bool = Field(default=False, description="Rewards divided by their deviation.")
    no_end: float | None = Field(
        default=-1.0,
        allow_inf_nan=False,
        description="Reward of an answer that did not come to an end or says nothing, in the "
        "judge's deviations from its mean; null: the judge scores those too.",
    )
    ptx: NotNegative = Field(default=0.0, description="PPO-ptx: weight of the loss on `ptx_data`.")
    ptx_data: str = Field(
        default="", description="Samples for it; empty: the run's own, if it has any."
    )
    patience: PositiveInt = Field(
        default=3,
        description="Checks in a row with more reward, but less by the held-out judge: the end.",
    )
    stop_judge: str = Field(
        default="", description="Folder of a second reward model, for that check; empty: none."
    )


class Recipe(Part):
    """What a training run does."""

    method: Method = Field(description="How it learns.")
    model: str = Field(
        default="",
        description="The base: a name of `copydesk models list`, a GGUF file, or a folder of "
        "transformers; empty: the default model.",
    )
    data: tuple[str, ...] = Field(
        default=("desk",), description='Files of rows, or "desk": what was kept, edited and ranked.'
    )
    held_out: str = Field(
        default="0.1",
        description="Share of the prompts to hold out, or a file of rows to evaluate on.",
    )
    full: bool = Field(default=False, description="Train all weights, not an adapter.")
    adapter: Adapter = Field(default=Adapter(), description="The adapter.")
    schedule: Schedule = Field(default=Schedule(), description="How long, and in what steps.")
    reward: Reward = Field(default=Reward(), description="For `reward`.")
    preference: Preference = Field(
        default=Preference(), description="For `dpo`, `kto`, `orpo`, `simpo`."
    )
    rollout: Rollout = Field(default=Rollout(), description="For `ppo`, `grpo`, `rloo`.")
    ppo: Ppo = Field(default=Ppo(), description="For `ppo`.")
    max_length: PositiveInt = Field(
        default=512,
        description="Tokens of prompt and answer together; longer answers lose their end, "
        "and the audit says how many.",
    )
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        default="auto",
        description="What it computes in; auto: bfloat16 where the processor has it.",
    )
    checkpointing: bool = Field(
        default=False,
        description="Compute activations again rather than keep them: slower, smaller.",
    )
    seed: int = Field(
        default=0, ge=0, description="Same recipe, data and seed, same losses on a CPU."
    )
    processes: int = Field(
        default=0, ge=0, description="Processes that must work together; 0: however many there are."
    )
    threads: int = Field(default=0, ge=0, description="CPU threads; 0: as many as there are cores.")
